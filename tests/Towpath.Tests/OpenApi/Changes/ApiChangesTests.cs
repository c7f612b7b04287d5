using Towpath.Core.OpenApi.Changes;

namespace Towpath.Tests.OpenApi.Changes;

/// <summary>Pairs of small descriptions and what their difference means to clients.</summary>
public sealed class ApiChangesTests
{
    [Theory]
    // What a request may be less breaks clients, and what an answer may be more; the other way round nothing breaks.
    [InlineData("{ type: string }", "{ type: integer }", "type-changed", "breaking", "breaking")]
    [InlineData("{ type: number }", "{ type: integer }", "type-changed", "breaking", "compatible")]
    [InlineData("{ type: integer }", "{ type: number }", "type-changed", "compatible", "breaking")]
    [InlineData("{ type: string }", "{ }", "type-changed", "compatible", "breaking")]
    [InlineData("{ type: string }", "{ type: [string, 'null'] }", "nullable-changed", "compatible", "breaking")]
    [InlineData("{ type: [string, 'null'] }", "{ type: string }", "nullable-changed", "breaking", "compatible")]
    [InlineData("{ type: string }", "{ type: string, format: uuid }", "format-changed", "breaking", "compatible")]
    [InlineData("{ type: string, format: date }", "{ type: string }", "format-changed", "compatible", "breaking")]
    [InlineData("{ type: string, format: date }", "{ type: string, format: uuid }", "format-changed", "breaking", "breaking")]
    [InlineData("{ type: integer, format: int32 }", "{ type: integer, format: int64 }", "format-changed", "compatible", "breaking")]
    [InlineData("{ enum: [a, b] }", "{ enum: [a] }", "enum-value-removed", "breaking", "compatible")]
    [InlineData("{ enum: [a] }", "{ enum: [a, b] }", "enum-value-added", "compatible", "breaking")]
    [InlineData("{ type: string }", "{ type: string, enum: [a] }", "enum-set", "breaking", "compatible")]
    [InlineData("{ type: string, enum: [a] }", "{ type: string }", "enum-lifted", "compatible", "breaking")]
    [InlineData("{ type: integer, maximum: 10 }", "{ type: integer, maximum: 9 }", "maximum-changed", "breaking", "compatible")]
    [InlineData("{ type: integer, maximum: 10 }", "{ type: integer }", "maximum-changed", "compatible", "breaking")]
    [InlineData("{ type: integer }", "{ type: integer, minimum: 1 }", "minimum-changed", "breaking", "compatible")]
    [InlineData("{ type: integer, minimum: 1 }", "{ type: integer, minimum: 0 }", "minimum-changed", "compatible", "breaking")]
    [InlineData("{ type: array, minItems: 1 }", "{ type: array }", "minItems-changed", "compatible", "breaking")]
    [InlineData("{ type: string }", "{ type: string, pattern: '^a' }", "pattern-changed", "breaking", "compatible")]
    [InlineData("{ properties: { a: {} } }", "{ properties: { a: {} }, required: [a] }", "property-became-required", "breaking", "compatible")]
    [InlineData("{ properties: { a: {} }, required: [a] }", "{ properties: { a: {} } }", "property-became-optional", "compatible", "breaking")]
    [InlineData("{ properties: { a: {}, b: {} } }", "{ properties: { a: {} } }", "property-removed", "breaking", "breaking")]
    [InlineData("{ properties: { a: {} } }", "{ properties: { a: {}, b: {} } }", "property-added", "compatible", "compatible")]
    [InlineData("{ type: object }", "{ type: object, additionalProperties: false }", "additional-properties-changed", "breaking", "compatible")]
    [InlineData("{ type: object, additionalProperties: { type: integer } }", "{ type: object, additionalProperties: { type: string } }", "type-changed", "breaking", "breaking")]
    [InlineData("{ type: array, items: { type: string } }", "{ type: array, items: { type: integer } }", "type-changed", "breaking", "breaking")]
    [InlineData("{ oneOf: [{ $ref: '#/components/schemas/A' }] }", "{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] }", "alternatives-changed", "compatible", "breaking")]
    [InlineData("{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] }", "{ oneOf: [{ $ref: '#/components/schemas/B' }] }", "alternatives-changed", "breaking", "compatible")]
    [InlineData("{ allOf: [{ properties: { a: { type: string } } }] }", "{ properties: { a: { type: integer } } }", "type-changed", "breaking", "breaking")]
    public void Compare_Schemas_DependsOnWhoSendsIt(string before, string after, string name, string request, string response)
    {
        Told(Described.Request(before), Described.Request(after)).ShouldBe([$"{request} request-{name}"]);
        Told(Described.Response(before), Described.Response(after)).ShouldBe([$"{response} response-{name}"]);
    }

    [Theory]
    [InlineData("{ allOf: [{ properties: { a: { type: string } } }, { required: [a] }] }", "{ properties: { a: { type: string } }, required: [a] }")]
    [InlineData("{ type: string, minLength: 0 }", "{ type: string }")]
    [InlineData("{ enum: [a, b] }", "{ enum: [b, a] }")]
    [InlineData("{ const: 1 }", "{ enum: [1.0] }")]
    [InlineData("{ properties: { a: {}, b: {} } }", "{ properties: { b: {}, a: {} } }")]
    public void Compare_SameThingWrittenOtherwise_IsNoChange(string before, string after)
    {
        Told(Described.Request(before), Described.Request(after)).ShouldBeEmpty();
        Told(Described.Response(before), Described.Response(after)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{ properties: { a: { type: string } } }", "{ properties: { a: { type: string, readOnly: true } }, required: [a] }", "compatible response-property-became-required")]
    [InlineData("{ properties: { a: { type: string, description: One } } }", "{ properties: { a: { type: string, description: Other } } }", "documentation words-changed")]
    public void Compare_ResponseSchemas_NamesTheChange(string before, string after, string told) =>
        Told(Described.Response(before), Described.Response(after)).ShouldBe([told]);

    [Fact]
    public void Compare_ReadOnlyProperty_IsNoBusinessOfRequests() =>
        Told(Described.Request("{ properties: { id: { readOnly: true } } }"), Described.Request("{ properties: { id: { readOnly: true, type: string } }, required: [id] }")).ShouldBeEmpty();

    [Theory]
    [InlineData("/a: { get: R }", "/b: { get: R }", "compatible operation-added", "breaking path-removed")]
    [InlineData("/a: { get: R, put: R }", "/a: { get: R }", "breaking operation-removed")]
    [InlineData("/a: { get: R }", "/a: { get: { deprecated: true, D } }", "compatible operation-deprecated")]
    [InlineData("/a: { get: { operationId: x, D } }", "/a: { get: { operationId: y, D } }", "compatible operation-id-changed")]
    [InlineData("/a: { get: { summary: x, D } }", "/a: { get: { summary: y, D } }", "documentation words-changed")]
    [InlineData("'/a/{id}': { get: { parameters: [{ name: id, in: path, required: true }], D } }", "'/a/{n}': { get: { parameters: [{ name: n, in: path, required: true }], D } }")]
    [InlineData("/a: { get: R }", "/a: { get: { parameters: [{ name: q, in: query, required: true }], D } }", "breaking request-parameter-added-required")]
    [InlineData("/a: { get: R }", "/a: { get: { parameters: [{ name: q, in: query }], D } }", "compatible request-parameter-added")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query }], D } }", "/a: { get: R }", "breaking request-parameter-removed")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query }], D } }", "/a: { get: { parameters: [{ name: q, in: header }], D } }", "breaking request-parameter-moved")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query }], D } }", "/a: { get: { parameters: [{ name: q, in: query, required: true }], D } }", "breaking request-parameter-became-required")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query, required: true }], D } }", "/a: { get: { parameters: [{ name: q, in: query }], D } }", "compatible request-parameter-became-optional")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query, schema: { type: string } }], D } }", "/a: { get: { parameters: [{ name: q, in: query, schema: { type: integer } }], D } }", "breaking request-type-changed")]
    [InlineData("/a: { put: R }", "/a: { put: { requestBody: { required: true, content: {} }, D } }", "breaking request-body-added-required")]
    [InlineData("/a: { put: R }", "/a: { put: { requestBody: { content: {} }, D } }", "compatible request-body-added")]
    [InlineData("/a: { put: { requestBody: { content: {} }, D } }", "/a: { put: { requestBody: { required: true, content: {} }, D } }", "breaking request-body-became-required")]
    [InlineData("/a: { put: { requestBody: { content: {} }, D } }", "/a: { put: R }", "breaking request-body-removed")]
    [InlineData("/a: { put: { requestBody: { content: { a/b: {}, c/d: {} } }, D } }", "/a: { put: { requestBody: { content: { a/b: {} } }, D } }", "breaking request-media-type-removed")]
    [InlineData("/a: { get: { responses: { 200: { description: a, content: { a/b: {} } } } } }", "/a: { get: { responses: { 200: { description: a, content: { c/d: {} } } } } }", "compatible response-media-type-added", "breaking response-media-type-removed")]
    [InlineData("/a: { get: { responses: { 200: { description: a }, 404: { description: b } } } }", "/a: { get: { responses: { 200: { description: a } } } }", "compatible response-status-removed")]
    [InlineData("/a: { get: { responses: { 200: { description: a }, 404: { description: b } } } }", "/a: { get: { responses: { 404: { description: b } } } }", "breaking response-status-removed")]
    [InlineData("/a: { get: { responses: { 200: { description: a } } } }", "/a: { get: { responses: { 2XX: { description: a } } } }", "compatible response-status-added")]
    [InlineData("/a: { get: { responses: { 200: { description: a, headers: { X: {} } } } } }", "/a: { get: { responses: { 200: { description: a } } } }", "breaking response-header-removed")]
    [InlineData("/a: { get: R }", "/a: { get: { security: [{ k: [] }], D } }", "breaking security-added")]
    [InlineData("/a: { get: R }", "/a: { get: { security: [{ k: [] }, {}], D } }")]
    [InlineData("/a: { get: { security: [{ k: [] }], D } }", "/a: { get: R }", "compatible security-removed")]
    [InlineData("/a: { get: { security: [{ k: [r] }], D } }", "/a: { get: { security: [{ k: [r, w] }], D } }", "breaking security-changed")]
    [InlineData("/a: { get: { security: [{ k: [r, w] }], D } }", "/a: { get: { security: [{ k: [r] }], D } }")]
    public void Compare_Operations_NamesEachChange(string before, string after, params string[] told) =>
        Told(Paths(before), Paths(after)).ShouldBe(told, ignoreOrder: true);

    [Fact]
    public void Compare_Removal_PointsAtTheOldDescription()
    {
        var change = ApiChanges.Compare(Described.Good(Described.Response("{ properties: { a: {} } }")), Described.Good(Described.Response("{}"))).Single();

        change.InOld.ShouldBeTrue();
        change.Text.ShouldBe("GET /products: the answer 200: `a` was removed");
    }

    [Fact]
    public void Compare_SchemasOfThemselves_End()
    {
        const string tail = "\ncomponents: { schemas: { T: { type: object, properties: { parts: { type: array, items: { $ref: '#/components/schemas/T' } }, n: { type: N } } } } }\n";
        var before = Described.Response("{ $ref: '#/components/schemas/T' }") + tail.Replace("type: N", "type: string", StringComparison.Ordinal);

        ApiChanges.Compare(Described.Good(before), Described.Good(before)).ShouldBeEmpty();
        Told(before, before.Replace("type: string", "type: integer", StringComparison.Ordinal)).ShouldBe(["breaking response-type-changed"]);
    }

    private static string[] Told(string before, string after)
    {
        const string schemas = "\ncomponents: { schemas: { A: { type: string }, B: { type: integer } }, securitySchemes: { k: { type: http, scheme: bearer } } }\n";
        string Whole(string text) => text.Contains("components:", StringComparison.Ordinal) ? text : text + schemas;
        return
        [
            .. ApiChanges.Compare(Described.Good(Whole(before)), Described.Good(Whole(after)))
                .Select(c => $"{(c.Breaks ? "breaking" : c.Effect == ApiEffect.Documentation ? "documentation" : "compatible")} {c.Name}"),
        ];
    }

    /// <summary>R stands for an operation, D for its responses.</summary>
    private static string Paths(string paths) => Described.Head + "paths: { "
        + paths.Replace(": R", ": { D }", StringComparison.Ordinal).Replace("D }", "responses: { default: { description: d } } }", StringComparison.Ordinal) + " }\n";
}
