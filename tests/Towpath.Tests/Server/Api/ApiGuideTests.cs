using System.Text.Json;
using System.Text.RegularExpressions;
using Towpath.Server.Api;

namespace Towpath.Tests.Server.Api;

/// <summary>What the guide names is there.</summary>
public sealed partial class ApiGuideTests
{
    private static readonly string Guide = File.ReadAllText(RepositoryRoot.Combine("docs", "guide", "api.md"));

    [Fact]
    public void Paths_ThatTheGuideNames_AreInTheDocument()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("docs", "api", "openapi.json")));
        var known = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} {p.Name}")).ToList();
        var named = Named().Matches(Guide).Select(m => $"{m.Groups["method"].Value} {Routes.Root}{m.Groups["path"].Value}").Distinct().ToList();
        var called = Called().Matches(Guide).Select(m => $"GET {m.Groups["path"].Value.Replace("/shop", "/{application}", StringComparison.Ordinal)}").Distinct().ToList();

        named.Count.ShouldBeGreaterThan(10);
        called.Count.ShouldBeGreaterThan(3);
        named.Concat(called).Except(known).Where(route => route != $"GET {OpenApiDocument.Path}").ShouldBeEmpty();
    }

    [Fact]
    public void Numbers_ThatTheGuideNames_AreTheServers()
    {
        var options = new HostOptions(0, "");
        Guide.ShouldContain($"({PageRequest.Usual} when absent, {PageRequest.Most} at most)");
        Guide.ShouldContain($"{options.RequestBurst} requests at once after a rest and gains {options.RequestsPerSecond} a second; {options.MaxConcurrentRequests} requests");
        Guide.ShouldContain($"{options.MaxStreamsOfCaller} streams open, and all together {options.MaxStreams};");
        Guide.ShouldContain($"every {options.Heartbeat.TotalSeconds} s while nothing happens");
        Guide.ShouldContain($"takes nothing for {options.SlowestReader.TotalSeconds} s is cut off");
        Guide.ShouldContain($"longer than {options.RequestTimeout.TotalSeconds} s is given up");
    }

    [GeneratedRegex("`(?<method>GET|POST|DELETE) (?<path>/[a-z{}/]*)", RegexOptions.None, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"127\.0\.0\.1:7420(?<path>/[a-z0-9/.]*)", RegexOptions.None, 1000)]
    private static partial Regex Called();
}
