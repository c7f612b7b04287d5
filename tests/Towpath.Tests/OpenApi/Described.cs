using System.Text;
using Towpath.Core.OpenApi;

namespace Towpath.Tests.OpenApi;

/// <summary>Small API descriptions for tests.</summary>
internal static class Described
{
    public const string Head = "openapi: 3.1.0\ninfo: { title: Shop, version: 1.0.0 }\n";

    /// <summary>Reads a description that stands in <c>openapi.yaml</c>, beside other files.</summary>
    public static ApiReading Read(string text, params (string Path, string Text)[] others) => ApiDescriptionReader.Read(
        "openapi.yaml",
        path => path == "openapi.yaml" ? Encoding.UTF8.GetBytes(text) : others.Where(o => o.Path == path).Select(o => (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(o.Text)).FirstOrDefault());

    /// <summary>A description that must be without errors.</summary>
    public static ApiDescription Good(string text, params (string Path, string Text)[] others)
    {
        var reading = Read(text, others);
        return reading.Description.ShouldNotBeNull(string.Join('\n', reading.Diagnostics));
    }

    /// <summary><c>POST /orders</c> with a JSON body of a schema, on one line.</summary>
    public static string Request(string schema) => $$"""
        {{Head}}paths:
          /orders:
            post:
              requestBody: { content: { application/json: { schema: {{schema}} } } }
              responses: { "201": { description: Placed } }
        """;

    /// <summary><c>GET /products</c> with a JSON answer of a schema, on one line.</summary>
    public static string Response(string schema) => $$"""
        {{Head}}paths:
          /products:
            get:
              responses: { "200": { description: All, content: { application/json: { schema: {{schema}} } } } }
        """;

    /// <summary>The schema of that answer.</summary>
    public static ApiSchema Schema(string schema) => Good(Response(schema)).Operations[0].Responses["200"].Content["application/json"];
}
