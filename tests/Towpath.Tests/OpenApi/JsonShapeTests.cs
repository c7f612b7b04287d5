using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.OpenApi;

namespace Towpath.Tests.OpenApi;

public sealed class JsonShapeTests
{
    [Theory]
    [InlineData("{ type: integer }", "1")]
    [InlineData("{ type: integer }", "1.0")]
    [InlineData("{ type: number }", "1")]
    [InlineData("{ type: [string, 'null'] }", "null")]
    [InlineData("{ enum: [a, 1, null] }", "1.0")]
    [InlineData("{ type: object, properties: { a: { type: string } } }", """{"b":1}""")]
    [InlineData("{ type: object, additionalProperties: { type: integer } }", """{"b":1}""")]
    [InlineData("{ type: object, required: [a], properties: { a: { type: string, writeOnly: true } } }", "{}")]
    [InlineData("{ oneOf: [{ type: string }, { type: integer }] }", "1")]
    [InlineData("{ anyOf: [{ type: number }, { type: integer }] }", "1")]
    [InlineData("{ type: string, format: date-time }", "\"2026-11-21T01:02:03Z\"")]
    [InlineData("{ type: string, pattern: '(' }", "\"x\"")]
    [InlineData("{ type: string, maxLength: 1 }", "\"\\ud83d\\udea4\"")]
    [InlineData("true", "[1]")]
    public void Differences_ValueThatFits_None(string schema, string value) => Differences(schema, value).ShouldBeEmpty();

    [Theory]
    [InlineData("{ type: array, items: { type: object, properties: { price: { type: number } } } }", """[{"price":"12"}]""", "[0].price must be a number, is text")]
    [InlineData("{ type: integer }", "1.5", "the body must be a whole number, is 1.5")]
    [InlineData("{ type: object, required: [id] }", "{}", "id is missing")]
    [InlineData("{ type: object, additionalProperties: false }", """{"a":1}""", "a must not be there")]
    [InlineData("{ type: string, enum: [placed, processed] }", "\"gone\"", "the body must be one of \"placed\", \"processed\", is \"gone\"")]
    [InlineData("{ const: 1 }", "2", "the body must be one of 1, is 2")]
    [InlineData("{ type: string }", "null", "the body must be text, is null")]
    [InlineData("{ type: number, minimum: 0 }", "-1", "the body must not be less than 0, is -1")]
    [InlineData("{ type: number, exclusiveMaximum: 10 }", "10", "the body must not be more than 10, is 10")]
    [InlineData("{ type: number, multipleOf: 0.5 }", "0.7", "the body must be a multiple of 0.5, is 0.7")]
    [InlineData("{ type: array, minItems: 1 }", "[]", "the body must have at least 1 items, has 0")]
    [InlineData("{ type: string, maxLength: 2 }", "\"abc\"", "the body must have at most 2 characters, has 3")]
    [InlineData("{ type: string, pattern: '^a+$' }", "\"b\"", "the body must match `^a+$`, is \"b\"")]
    [InlineData("{ type: string, format: date }", "\"21.11.2026\"", "the body must be a date, is \"21.11.2026\"")]
    [InlineData("{ allOf: [{ required: [a] }, { properties: { a: { type: string } } }] }", """{"a":1}""", "a must be text, is 1")]
    [InlineData("{ oneOf: [{ type: object, required: [a, b] }, { type: object, required: [a] }] }", "{}", "a is missing")]
    [InlineData("{ oneOf: [{ type: number }, { type: integer }] }", "1", "the body must fit exactly one of 2 alternatives, fits 2")]
    [InlineData("{ type: object, properties: { a: false } }", """{"a":1}""", "a must not be there")]
    public void Differences_ValueThatDoesNotFit_SaysWhereAndWhat(string schema, string value, string difference) =>
        Differences(schema, value).ShouldBe([difference]);

    [Fact]
    public void Differences_SchemaOfItself_Ends()
    {
        var schema = Described.Schema("{ allOf: [{ $ref: '#/paths/~1products/get/responses/200/content/application~1json/schema' }], type: object }");

        JsonShape.Differences(schema, JsonElement.Parse("{}")).ShouldBeEmpty();
    }

    [Fact]
    public void Differences_ManyAlternativesOfThemselves_AreBounded()
    {
        const string self = "'#/paths/~1products/get/responses/200/content/application~1json/schema'";
        var schema = Described.Schema($"{{ oneOf: [{{ type: object, properties: {{ a: {{ $ref: {self} }} }} }}, {{ $ref: {self} }}, {{ $ref: {self} }}] }}");
        var value = JsonElement.Parse(string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40));

        Should.CompleteIn(() => JsonShape.Differences(schema, value), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Differences_ManyWrongItems_AreTenAtMost() =>
        Differences("{ type: array, items: { type: string } }", $"[{string.Join(',', Enumerable.Range(0, 1000))}]").Length.ShouldBe(10);

    private static ImmutableArray<string> Differences(string schema, string value) => JsonShape.Differences(Described.Schema(schema), JsonElement.Parse(value));
}
