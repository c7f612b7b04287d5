using System.Collections.Immutable;
using System.Text;
using Towpath.Core.OpenApi.Trials;

namespace Towpath.Tests.OpenApi.Trials;

public sealed class ApiTrialTests
{
    private const string Ok = "responses: { \"200\": { description: d } }";

    [Theory]
    [InlineData("/a: { get: { R } }", "GET /v1/a")]
    [InlineData("/a: { head: { R }, options: { R } }", "HEAD /v1/a", "OPTIONS /v1/a")]
    [InlineData("'/a/{id}': { get: { parameters: [{ name: id, in: path, required: true, example: a/b c }], R } }", "GET /v1/a/a%2Fb%20c")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query, schema: { type: integer, example: 1 } }, { name: 'r&', in: query, example: true }], R } }", "GET /v1/a?q=1&r%26=true")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query }], R } }", "GET /v1/a")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query, required: true, schema: { enum: [one, two] } }], R } }", "GET /v1/a?q=one")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query, required: true, schema: { default: 5 } }], R } }", "GET /v1/a?q=5")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query, examples: { x: { value: 7 } } }], R } }", "GET /v1/a?q=7")]
    public void Plan_WhatCanBeAsked_IsAsked(string path, params string[] requests) => Plan(path).Requests.Select(r => r.Name).ShouldBe(requests);

    [Theory]
    [InlineData("/a: { post: { R } }", "POST /a: not a safe method")]
    [InlineData("/a: { get: { security: [{ k: [] }], R } }", "GET /a: needs credentials")]
    [InlineData("'/a/{id}': { get: { parameters: [{ name: id, in: path, required: true }], R } }", "GET /a/{id}: the path parameter `id` has no example")]
    [InlineData("/a: { get: { parameters: [{ name: q, in: query, required: true, example: [1] }], R } }", "GET /a: the query parameter `q` has no example")]
    [InlineData("/a: { get: { requestBody: { required: true, content: {} }, R } }", "GET /a: needs a body")]
    public void Plan_WhatCanNotBeAsked_IsNamed(string path, string skipped) => Plan(path).ShouldSatisfyAllConditions(p => p.Requests.ShouldBeEmpty(), p => p.Skipped.ShouldBe([skipped]));

    [Fact]
    public void Plan_HeadersAndCookies_AreSent() =>
        Plan("/a: { get: { parameters: [{ name: X-One, in: header, example: 1 }, { name: c, in: cookie, example: 'a;b' }, { name: d, in: cookie, example: e }], R } }")
            .Requests.Single().Headers.ShouldBe(ImmutableSortedDictionary<string, string>.Empty.Add("Cookie", "c=a%3Bb; d=e").Add("X-One", "1"));

    [Theory]
    [InlineData(200, "application/json", "[{\"price\": 1}]")]
    [InlineData(200, "text/csv", "anything")]
    [InlineData(404, "application/problem+json", "{\"title\":\"no\"}")]
    [InlineData(503, null, "")]
    public void Judge_AnswerAsDescribed_HasNothingAgainstIt(int status, string? type, string body) => Judge(status, type, body).ShouldBeEmpty();

    [Theory]
    [InlineData(200, "application/json", "[{\"price\": \"1\"}]", "GET /products: 200: [0].price must be a number, is text")]
    [InlineData(200, "application/json", "[", "GET /products: 200: the body is not JSON")]
    [InlineData(200, "image/png", "x", "GET /products: 200: the content must be application/json or text/*, is image/png")]
    [InlineData(200, null, "", "GET /products: 200: the content must be application/json or text/*, is of no type")]
    [InlineData(500, "text/plain", "oh", "GET /products: it answered 500, which is not among 200, 4XX, 503")]
    [InlineData(404, "application/problem+json", "{}", "GET /products: 404: title is missing")]
    public void Judge_OtherAnswer_SaysWhatDiffers(int status, string? type, string body, string difference) => Judge(status, type, body).ShouldBe([difference]);

    private static TrialPlan Plan(string paths) => ApiTrial.Plan(
        Described.Good($"{Described.Head}paths: {{ {paths.Replace("R }", Ok + " }", StringComparison.Ordinal)} }}\ncomponents: {{ securitySchemes: {{ k: {{ type: http }} }} }}\n"), "/v1");

    private static ImmutableArray<string> Judge(int status, string? type, string body)
    {
        var description = Described.Good(Described.Head + """
            paths:
              /products:
                get:
                  responses:
                    "200":
                      description: d
                      content:
                        application/json: { schema: { type: array, items: { type: object, properties: { price: { type: number } } } } }
                        text/*: {}
                    4XX:
                      description: d
                      content: { application/problem+json: { schema: { type: object, required: [title] } } }
                    "503": { description: d }
            """);
        return ApiTrial.Judge(ApiTrial.Plan(description, "").Requests.Single(), status, type, Encoding.UTF8.GetBytes(body));
    }
}
