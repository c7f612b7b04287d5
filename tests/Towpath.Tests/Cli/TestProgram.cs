using System.Collections.Immutable;
using Towpath.Cli;
using Towpath.Cli.Client;
using Towpath.Cli.Demo;
using Towpath.Cli.Demo.Cluster;
using Towpath.Cli.Host;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli;

/// <summary>The whole program over fakes: what it printed and how it ended.</summary>
internal sealed class TestProgram
{
    public TestProgram(FakeControlPlane? plane = null)
    {
        Plane = plane ?? new FakeControlPlane();
        Surroundings = new Surroundings
        {
            Out = Out,
            Error = Error,
            In = new StringReader(""),
            Variable = name => Variables.GetValueOrDefault(name),
            Folder = "/nowhere",
            Connect = (_, start, _, _) => start || IsUp
                ? Task.FromResult<Towpath.Server.Api.IControlPlane>(Plane)
                : throw new DiagnosticException(ExitCode.ControlPlaneUnavailable, CliDiagnostics.NotAnswering("here", "")),
            ResolveCommit = (path, name, _) => Task.FromResult(new LocalCommit(path, ".", name == "HEAD" ? "0123456789abcdef" : name)),
            Check = (_, _) => Task.FromResult(new TreeReading(CheckResult, RulesOff)),
            Doctor = Doctor,
            Cluster = Cluster,
            Program = ["/usr/bin/true"],
            IsFree = _ => true,
        };
    }

    public FakeControlPlane Plane { get; }

    public StringWriter Out { get; } = new();

    public StringWriter Error { get; } = new();

    public FakeDoctor Doctor { get; } = new();

    public FakeCluster Cluster { get; } = new();

    public bool IsUp { get; set; }

    public ImmutableArray<Diagnostic> CheckResult { get; set; } = [];

    public ImmutableArray<string> RulesOff { get; set; } = [];

    public Dictionary<string, string> Variables { get; } = new() { ["HOME"] = "/nowhere", ["USER"] = "ada" };

    public Surroundings Surroundings { get; set; }

    public Task<ExitCode> RunAsync(params string[] arguments) => TowpathProgram.RunAsync(arguments, Surroundings, CancellationToken.None);

    public Task<ExitCode> RunAsync(CancellationToken cancellationToken, params string[] arguments) => TowpathProgram.RunAsync(arguments, Surroundings, cancellationToken);
}

internal sealed class FakeDoctor : IHostDoctor
{
    public IReadOnlyList<HostFinding> Findings { get; set; } = [new("podman", true, "/usr/bin/podman", null)];

    public List<string> Done { get; } = [];

    public Task<IReadOnlyList<HostFinding>> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(Findings);

    public Task<IReadOnlyList<HostFinding>> MendAsync(Action<string> say, CancellationToken cancellationToken)
    {
        Done.Add("mend");
        return Task.FromResult(Findings);
    }

    public Task PrepareImagesAsync(EngineChoice choice, Action<string> say, CancellationToken cancellationToken)
    {
        Done.Add("images");
        return Task.CompletedTask;
    }

    public Task RemoveTracesAsync(EngineChoice choice, Action<string> say, CancellationToken cancellationToken)
    {
        Done.Add("remove");
        say("removed 3 stand-in images");
        return Task.CompletedTask;
    }
}

internal sealed class FakeCluster : IClusterProvider
{
    public List<string> Done { get; } = [];

    public ClusterWish? Wished { get; private set; }

    public Task<ClusterPlace> PrepareAsync(ClusterWish wish, Action<string> say, CancellationToken cancellationToken)
    {
        Wished = wish;
        Done.Add("prepare");
        return Task.FromResult(new ClusterPlace(wish.Kubeconfig ?? "/own", wish.Registry ?? "127.0.0.1:5/shop", "127.0.0.1:5/curl@sha256:1", "127.0.0.1:5/haproxy@sha256:2", wish.Kubeconfig is null));
    }

    public Task RemoveAsync(ClusterWish wish, bool isOwn, Action<string> say, CancellationToken cancellationToken)
    {
        Done.Add(isOwn ? "remove with the cluster" : "remove");
        return Task.CompletedTask;
    }
}

internal sealed class FakeLoad : IDemoLoad
{
    private readonly List<string> _environments = [];

    public long FailedInProduction { get; set; }

    public void Start(string environment, Uri url)
    {
        lock (_environments)
        {
            if (!_environments.Contains(environment))
            {
                _environments.Add(environment);
            }
        }
    }

    public Task<IReadOnlyList<EnvironmentLoad>> StopAsync() => Task.FromResult<IReadOnlyList<EnvironmentLoad>>(
        [.. _environments.Select(name => new EnvironmentLoad(name, 100, name == "production" ? FailedInProduction : 0, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(9), []))]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
