using System.Globalization;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Load;

namespace Towpath.EndToEnd;

/// <summary>
/// An application that people use while its machine is worked on: <c>web</c> of two replicas, which each commit replaces and which takes its
/// time to start, and <c>other</c>, which no commit touches.
/// </summary>
internal sealed class LiveApplication : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _name;
    private readonly int _port = Ports.Next();
    private readonly Installation _towpath;
    private readonly SourceTree _source;
    private LoadGenerator? _load;

    private LiveApplication(string name, Installation towpath, SourceTree source) => (_name, _towpath, _source) = (name, towpath, source);

    /// <summary>Ships its first commit.</summary>
    /// <param name="name">Of the application.</param>
    /// <param name="towpath">Where.</param>
    /// <param name="environment">More of its environment, such as <c>drift: report</c>.</param>
    public static async Task<LiveApplication> ShipAsync(string name, Installation towpath, string environment = "warm: 0s")
    {
        var application = new LiveApplication(name, towpath, await SourceTree.InitAsync(towpath.Place(name)));
        application._source.Write(
            "towpath.yaml",
            string.Create(CultureInfo.InvariantCulture, $"application: {name}\nenvironments:\n  production: {{ port: {application._port}, {environment} }}\n"));
        await application.CommitAsync("1");
        (await application.RunAsync("ship")).ShouldEndWith(ExitCode.Success);
        return application;
    }

    /// <summary>Commits another version of <c>web</c>.</summary>
    public Task CommitAsync(string version)
    {
        _source.Write("compose.yaml", $$"""
            name: {{_name}}
            services:
              web:
                image: {{BadInputFixture.Image}}
                command: [sh, -c, "sleep 2; exec nginx -g 'daemon off;'"]
                environment: { VERSION: "{{version}}" }
                deploy: { replicas: 2 }
                ports: ["80"]
                x-towpath: { health: /, route: / }
              other:
                image: {{BadInputFixture.Image}}
                expose: ["80"]
                x-towpath: { health: /, route: /other }
            """);
        return _source.CommitAsync(version);
    }

    /// <summary>Runs a verb to its end.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => _towpath.RunAsync(_source.Folder, arguments);

    /// <summary>Starts a verb.</summary>
    public RunningProgram Start(params string[] arguments) => _towpath.Start(_source.Folder, arguments);

    /// <summary>State of its only environment.</summary>
    public async Task<JsonElement> StatusAsync() =>
        (await RunAsync("status", "--output", "json")).ShouldEndWith(ExitCode.Success).Json.GetProperty("environments")[0];

    /// <summary>Waits for a state of its environment, up to a minute.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        JsonElement now;
        do
        {
            now = await StatusAsync();
            if (holds(now)) return now;
            await Task.Delay(100);
        }
        while (!limit.IsCancellationRequested);
        throw new TimeoutException($"never: {what}\n{now}");
    }

    /// <summary>What drifted, as the status tells it.</summary>
    public static IReadOnlyList<string> DriftOf(JsonElement status) => [.. status.GetProperty("drift").EnumerateArray().Select(d => d.GetString()!)];

    /// <summary>Names and identifiers of containers: of a service, or of the gateway where none is named.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ContainersAsync(string? service)
    {
        using var engine = await _towpath.EngineAsync();
        return (await engine.ListContainersAsync([$"towpath.application={_name}"], CancellationToken.None))
            .Where(c => c.Labels.GetValueOrDefault("towpath.service") == service)
            .ToDictionary(c => c.Name, c => c.Id, StringComparer.Ordinal);
    }

    /// <summary>People begin to use it.</summary>
    public void OpenDoors()
    {
        var get = new LoadRequest { Name = "page", Path = "/", Weight = 3 };
        _load = LoadGenerator.Start(
            new LoadPlan
            {
                Target = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")),
                ArrivalsPerSecond = 60,
                Requests =
                [
                    get,
                    get with { Name = "page, fresh", Connection = LoadConnectionKind.Fresh, Weight = 2 },
                    get with { Name = "other", Path = "/other" },
                    // nginx refuses to take a body for a file: that it answers is what counts.
                    get with { Name = "post", Method = "POST", Body = _ => "{}"u8.ToArray(), Expected = [405], Weight = 1 },
                ],
            },
            TimeProvider.System);
    }

    /// <summary>Nobody noticed anything.</summary>
    /// <param name="most">Or so many at most.</param>
    public async Task CloseDoorsAsync(int most = 0)
    {
        var report = await _load!.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{report.Total.Sent} requests: {report.Total.Failed} failed, p99 {report.Total.P99}, max {report.Total.Max}");
        report.Total.Failed.ShouldBeLessThanOrEqualTo(most, string.Join('\n', report.Samples));
        report.Total.Succeeded.ShouldBeGreaterThan(100);
    }

    public async ValueTask DisposeAsync()
    {
        if (_load is not null) await _load.DisposeAsync();
    }
}
