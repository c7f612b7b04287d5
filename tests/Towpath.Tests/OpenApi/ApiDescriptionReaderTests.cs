using Towpath.Core.Diagnostics;

namespace Towpath.Tests.OpenApi;

public sealed class ApiDescriptionReaderTests
{
    private const string Whole = """
        openapi: 3.0.3
        info: { title: Shop, version: 2.1.0 }
        servers: [{ url: "https://shop.example/api/" }]
        security: [{ token: [read, write] }]
        paths:
          /orders/{id}:
            parameters:
              - { name: id, in: path, required: true, schema: { type: integer, format: int64 }, example: 7 }
            get:
              operationId: findOrder
              parameters: [{ $ref: "#/components/parameters/Trace" }]
              responses:
                "200": { $ref: "#/components/responses/Order" }
                4xx: { description: Not found }
            delete:
              security: []
              responses: { "204": { description: It is gone } }
        components:
          parameters:
            Trace: { name: X-Trace, in: header, schema: { type: string, nullable: true } }
          responses:
            Order:
              description: An order
              content: { "application/json; charset=utf-8": { schema: { $ref: "#/components/schemas/Order" } } }
          schemas:
            Order:
              type: object
              required: [id]
              properties:
                id: { type: integer, minimum: 0, exclusiveMinimum: true }
                parts: { type: array, items: { $ref: "#/components/schemas/Order" } }
          securitySchemes:
            token: { type: http, scheme: bearer }
        """;

    [Fact]
    public void Read_WholeDescription_GivesOperationsWithReferencesFollowed()
    {
        var description = Described.Good(Whole);

        description.ShouldSatisfyAllConditions(
            d => d.Title.ShouldBe("Shop"), d => d.Version.ShouldBe("2.1.0"), d => d.Major.ShouldBe(2), d => d.BasePath.ShouldBe("/api"), d => d.Files.ShouldBe(["openapi.yaml"]));
        description.Operations.Select(o => o.Name).ShouldBe(["GET /orders/{id}", "DELETE /orders/{id}"]);
        var get = description.Operations[0];
        get.Id.ShouldBe("findOrder");
        get.Parameters.Select(p => (p.Name, p.Place, p.Required)).ShouldBe([("id", "path", true), ("X-Trace", "header", false)]);
        get.Parameters[0].Example!.Value.GetInt32().ShouldBe(7);
        get.Parameters[1].Schema.Types.ShouldBe(["null", "string"]);
        get.Security.ShouldHaveSingleItem().ShouldBe(["token", "token:read", "token:write"]);
        get.Responses.Keys.ShouldBe(["200", "4XX"]);
        get.Location.ToString().ShouldBe("openapi.yaml:9:5");
        description.Operations[1].IsOpen.ShouldBeTrue();
        var order = get.Responses["200"].Content["application/json"];
        order.Name.ShouldBe("Order");
        order.Properties["id"].Bounds.ShouldHaveSingleItem().ShouldBe(new("exclusiveMinimum", 0));
        order.Properties["parts"].Items.ShouldBeSameAs(order);
    }

    [Fact]
    public void Read_Json_IsReadWithPlaces()
    {
        const string text = "{\n\t\"openapi\":\"3.1.0\",\n\t\"info\":{\"title\":\"\\u0053hop\\/\\ud83d\\udea4\",\"version\":\"1\"},\n\t\"paths\":{\"/a\":{\"get\":{}}}\n}";

        var reading = Described.Read(text);

        reading.Diagnostics.Select(d => $"{d.Code} {d.Location}").ShouldBe(["TP2414 openapi.yaml:4:17"]);
        Described.Good(text.Replace("\"get\":{}", "\"get\":{\"responses\":{\"default\":{\"description\":\"x\"}}}", StringComparison.Ordinal)).Title.ShouldBe("Shop/\U0001F6A4");
    }

    [Fact]
    public void Read_SchemaInAnotherFile_IsFollowedFromThere()
    {
        var description = Described.Good(
            Described.Response("{ $ref: 'schemas/all.yaml#/Product' }"),
            ("schemas/all.yaml", "Product: { type: object, properties: { maker: { $ref: 'maker.yaml' } } }"),
            ("schemas/maker.yaml", "type: string"));

        description.Files.ShouldBe(["openapi.yaml", "schemas/all.yaml", "schemas/maker.yaml"]);
        description.Operations[0].Responses["200"].Content["application/json"].Properties["maker"].Types.ShouldBe(["string"]);
    }

    [Fact]
    public void Read_ErrorInAnotherFile_IsToldThere() =>
        Described.Read(Described.Response("{ $ref: 'all.yaml#/A' }"), ("all.yaml", "A:\n  type: txt\n")).Diagnostics
            .Single().ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP2415"), d => d.Location!.ToString().ShouldBe("all.yaml:2:9"));

    [Theory]
    [InlineData("../secret.yaml", "TP2403")]
    [InlineData("/etc/passwd", "TP2403")]
    [InlineData("missing.yaml", "TP2403")]
    [InlineData("#anchor", "TP2403")]
    [InlineData("#/components/schemas/None", "TP2403")]
    [InlineData("http://example.com/a.yaml", "TP2405")]
    [InlineData("//example.com/a.yaml", "TP2405")]
    [InlineData("#/paths/~1products/get/responses/200/content/application~1json/schema", "TP2404")]
    public void Read_ReferenceThatLeadsNowhere_IsTold(string reference, string code) =>
        Described.Read(Described.Response($"{{ $ref: '{reference}' }}")).Diagnostics.Select(d => d.Code).ShouldBe([code]);

    [Fact]
    public void Read_ReferenceThroughEscapedPointer_IsFollowed() =>
        Described.Good(Described.Response("{ type: object, properties: { a: { $ref: '#/paths/~1products/get/responses/200/content/application~1json/schema/properties/b' }, b: { type: boolean } } }"))
            .Operations[0].Responses["200"].Content["application/json"].Properties["a"].Types.ShouldBe(["boolean"]);

    [Fact]
    public void Read_ReferenceWithKeysBeside_KeepsBothIn31() =>
        Described.Schema("{ type: object, properties: { a: { $ref: '#/paths/~1products/get/responses/200/content/application~1json/schema/properties/b', description: Mine }, b: { type: string } } }")
            .Properties["a"].ShouldSatisfyAllConditions(a => a.Words.ShouldBe("Mine"), a => a.AllOf.ShouldHaveSingleItem().Types.ShouldBe(["string"]));

    [Fact]
    public void Read_LongChainOfSchemas_NeedsNoDeepStack()
    {
        var names = Enumerable.Range(0, 10_000).Select(i => $"    S{i}: {{ type: object, properties: {{ next: {{ $ref: '#/components/schemas/S{i + 1}' }} }} }}\n");
        var text = Described.Response("{ $ref: '#/components/schemas/S0' }") + "\ncomponents:\n  schemas:\n" + string.Concat(names) + "    S10000: { type: string }\n";

        Described.Read(text).Diagnostics.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("openapi: 3.2.0\npaths: {}\n", "TP2401")]
    [InlineData("openapi: 3.01\npaths: {}\n", "TP2401")]
    [InlineData("paths: {}\n", "TP2401")]
    [InlineData("- openapi\n", "TP1040")]
    [InlineData("openapi: 3.0.0\ninfo: { title: a, version: 1 }\n", "TP1048")]
    [InlineData("openapi: 3.0.0\npaths: {}\n", "TP1048")]
    [InlineData("openapi: 3.0.0\ninfo: { title: a, version: 1 }\npaths: {}\npahts: {}\n", "TP1030")]
    [InlineData("openapi: 3.0.0\ninfo: { title: a, version: 1 }\npaths: { /a: [] }\n", "TP1040")]
    [InlineData("openapi: 3.0.0\ninfo: { title: [a], version: 1 }\npaths: {}\n", "TP1040")]
    public void Read_OtherDocument_IsAnErrorWithAPlace(string text, string code) =>
        Described.Read(text).Diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Code.ShouldBe(code), d => d.Location.ShouldNotBeNull());

    [Fact]
    public void Read_SeveralMistakes_AreToldInSourceOrder()
    {
        var text = Described.Head + "paths:\n  a:\n    get: {}\n  /b/{c}:\n    get: { operationId: x, responses: { ok: {} } }\n    put: { operationId: x, responses: { default: { description: d } } }\n";

        Described.Read(text).Diagnostics.Select(d => $"{d.Location!.Line} {d.Code}")
            .ShouldBe(["4 TP2406", "5 TP2414", "7 TP2409", "7 TP2413", "8 TP2407", "8 TP2409"], ignoreOrder: true);
    }

    [Fact]
    public void Read_MutatedDescriptions_NeverThrow()
    {
        var random = new Random(20261121);
        string[] pieces = ["{", "}", "[", "]", ":", "- ", "\n", "  ", "$ref: ", "'#/'", "\"", "null", "-1", "1e999", "type: array", "allOf: [{}]", "true", "&a ", "*a", "\t", "%", "~2"];
        for (var round = 0; round < 3000; round++)
        {
            var text = Whole;
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(text.Length);
                var length = Math.Min(random.Next(0, 30), text.Length - at);
                text = text.Remove(at, length).Insert(at, pieces[random.Next(pieces.Length)]);
            }

            Should.NotThrow(() => Described.Read(text), text);
        }
    }

    [Fact]
    public void Read_Warning_LeavesTheDescription() =>
        Described.Read(Described.Request("{ type: object, required: [a], properties: { b: {} } }"))
            .ShouldSatisfyAllConditions(r => r.Description.ShouldNotBeNull(), r => r.Diagnostics.Single().Severity.ShouldBe(Severity.Warning));
}
