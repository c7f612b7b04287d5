using System.Collections;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

/// <summary>Every route that takes a body, from the server's own list, on a real control plane: whatever comes is answered, and never as a fault of the server.</summary>
public sealed class BadBodyTests : IDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly int[] Expected = [200, 204, 400, 401, 404, 409, 413, 422, 429];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryPost_WhateverItsBody_IsNoFaultOfTheServer()
    {
        await using var plane = await RunningControlPlane.StartAsync(_folder.Path);
        var answered = 0;
        var faults = new List<string>();
        foreach (var (path, type) in Routes(plane))
        {
            foreach (var body in Bodies(type))
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new("application/json");
                using var response = await plane.Http.PostAsync(path, content, Cancel);
                var answer = await response.Content.ReadAsStringAsync(Cancel);
                var what = $"{(int)response.StatusCode} {path} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 200)))}: {answer}";
                // Browsers alone open a session there, from a page of ours.
                var isExpected = Expected.Contains((int)response.StatusCode) || (path == "/api/v1/session" && response.StatusCode == HttpStatusCode.Forbidden);
                if (isExpected && !answer.Contains("   at ", StringComparison.Ordinal) && answer.Length < 20_000) answered++;
                else faults.Add(what[..Math.Min(what.Length, 1000)]);
            }
        }

        faults.ShouldBeEmpty();
        answered.ShouldBeGreaterThan(400);
        plane.Log.ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal));
        (await plane.Http.GetAsync("/api/v1/about", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task EveryPost_WithAGigabyte_IsCutOffEarly()
    {
        await using var plane = await RunningControlPlane.StartAsync(_folder.Path);
        foreach (var (path, _) in Routes(plane))
        {
            using var content = new EndlessContent(1L << 30);
            try
            {
                using var response = await plane.Http.PostAsync(path, content, Cancel);
                response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge, path);
            }
            catch (HttpRequestException)
            {
                // The connection is closed while the client still writes.
            }

            content.Sent.ShouldBeLessThan(32L << 20, path);
        }

        (await plane.Http.GetAsync("/api/v1/about", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static List<(string Path, Type Body)> Routes(RunningControlPlane plane)
    {
        var routes = plane.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Contains("POST"))
            .Select(e => (
                Path: e.RoutePattern.RawText!.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal),
                Body: e.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType))
            .Where(e => e.Body is not null).Select(e => (e.Path, e.Body!)).ToList();
        routes.Count.ShouldBeGreaterThan(20);
        return routes;
    }

    private static IEnumerable<byte[]> Bodies(Type type)
    {
        string[] texts =
        [
            "", "null", "true", "1e999", "\"x\"", "[]", "{}", "{", "{\"actor\":", "{\"a\":1}x", "\u0000", new string('[', 5000),
            string.Concat(Enumerable.Repeat("{\"a\":", 5000)), "{\"" + new string('k', 500_000) + "\":1}",
        ];
        foreach (var text in texts) yield return Encoding.UTF8.GetBytes(text);
        yield return [0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'];
        yield return [(byte)'{', (byte)'"', 0xFF, 0xFE, (byte)'"', (byte)':', (byte)'1', (byte)'}'];
        foreach (var property in type.GetProperties())
        {
            foreach (var value in Values())
            {
                var body = new JsonObject();
                foreach (var other in type.GetProperties()) body[Name(other.Name)] = Usual(other.PropertyType);
                body[Name(property.Name)] = value;
                yield return Encoding.UTF8.GetBytes(body.ToJsonString());
            }
        }
    }

    private static IEnumerable<JsonNode?> Values() =>
    [
        null, "", "x", "../../../../etc/passwd", "a\u0000b", "\u202E\r\n'; DROP TABLE facts; --", new string('a', 5000), -1, 1e300, true,
        new JsonArray(1, null, "x"), new JsonArray((JsonNode?)null), new JsonObject { ["x"] = null },
    ];

    private static JsonNode? Usual(Type type) => type switch
    {
        _ when type == typeof(string) => "x",
        _ when Nullable.GetUnderlyingType(type) is not null => null,
        _ when type == typeof(bool) => false,
        _ when type.IsEnum => JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(type)[0]),
        _ when type.IsPrimitive => 1,
        _ when typeof(IDictionary).IsAssignableFrom(type) || type.Name.Contains("Dictionary", StringComparison.Ordinal) => new JsonObject(),
        _ => new JsonArray(),
    };

    private static string Name(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    /// <summary>JSON that goes on and on, and knows how far it came.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly long _length;

        public EndlessContent(long length)
        {
            _length = length;
            Headers.ContentType = new("application/json");
        }

        public long Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[64 * 1024];
            Array.Fill(piece, (byte)' ');
            for (; Sent < _length; Sent += piece.Length) await stream.WriteAsync(piece);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
