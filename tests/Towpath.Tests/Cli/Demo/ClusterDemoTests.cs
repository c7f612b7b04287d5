using Towpath.Cli.Demo;
using Towpath.Cli.Demo.Cluster;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Demo;

public sealed class ClusterDemoTests : IDisposable
{
    private static readonly ClusterPlace Place = new("/kubeconfig", "127.0.0.1:5049/shop", "127.0.0.1:5049/shop/curl@sha256:1", "127.0.0.1:5049/shop/haproxy@sha256:2", true);
    private readonly TemporaryFolder _folder = new();
    private readonly LadderControlPlane _plane = new();
    private readonly TestProgram _program;

    public ClusterDemoTests()
    {
        _program = new TestProgram(_plane);
        _program.Surroundings = _program.Surroundings with { Load = () => new FakeLoad(), Time = new HurriedTime() };
        _program.Variables["TOWPATH_HOME"] = RepositoryRoot.Path;
        _program.Variables["HOME"] = _folder.Path;
        _plane.BreaksIn = "production";
        _plane.IsBroken = commit => commit == _plane.Asked.OfType<ShipRequest>().Select(request => request.Commit).Distinct().ElementAtOrDefault(2);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Demo_OnACluster_UpdatesProductionByTheTwoGoodReleasesInTurn()
    {
        (await _program.RunAsync("demo", "--engine", "kubernetes", "--updates", "4")).ShouldBe(ExitCode.Success, _program.Error.ToString());

        var commits = _plane.Asked.OfType<ShipRequest>().Select(request => $"r-{request.Commit[..6]}").ToArray();
        _plane.Promoted.TakeLast(4).ShouldBe([commits[0], commits[1], commits[0], commits[1]]);
        _plane.Runs["production"].ShouldBe(commits[1]);
        _program.Cluster.Wished!.Kubeconfig.ShouldBeNull();
        _program.Out.ToString().ShouldContain("4 rolling updates of production");
        _program.Out.ToString().ShouldContain("rolled back, as expected");
    }

    [Fact]
    public async Task Demo_OnTheClusterOfAKubeconfig_IsGivenItAndTheRegistry()
    {
        _program.Variables["KUBECONFIG"] = "/somebody/config";
        (await _program.RunAsync("demo", "--engine", "kubernetes", "--updates", "0", "--registry", "registry.example.org/us")).ShouldBe(ExitCode.Success, _program.Error.ToString());
        (_program.Cluster.Wished!.Kubeconfig, _program.Cluster.Wished.Registry).ShouldBe(("/somebody/config", "registry.example.org/us"));
    }

    [Fact]
    public async Task DemoDown_AfterACluster_EndsIt()
    {
        await _program.RunAsync("demo", "--engine", "kubernetes", "--updates", "0");
        (await _program.RunAsync("demo", "--down")).ShouldBe(ExitCode.Success, _program.Error.ToString());
        _program.Cluster.Done.ShouldBe(["prepare", "remove with the cluster"]);
    }

    [Fact]
    public async Task Demo_UpdatesThatAreNoNumber_AreMisused() =>
        (await _program.RunAsync("demo", "--engine", "kubernetes", "--updates", "-1")).ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task AnotherVerb_WithACluster_IsToldWhereItBelongs()
    {
        (await _program.RunAsync("status", "--engine", "kubernetes")).ShouldBe(ExitCode.Usage);
        _program.Error.ToString().ShouldContain("error[TP7136]");
    }

    [Fact]
    public async Task PrepareAsync_ClusterWithoutARegistry_SaysWhatToAdd()
    {
        var wish = new ClusterWish(new("auto", _folder.Path), new DemoFiles(RepositoryRoot.Path), null, "/somebody/config");
        var told = await Should.ThrowAsync<DiagnosticException>(() => new LocalCluster(TimeProvider.System).PrepareAsync(wish, _ => { }, default));
        told.Diagnostics[0].Code.ShouldBe("TP7135");
    }

    /// <summary>Each ladder that the demo commits is one that Towpath reads, with the images by digest and one broken setting.</summary>
    [Fact]
    public void OnCluster_EachLadder_ReadsWithoutAnError()
    {
        var steps = DemoStep.OnCluster(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "examples", "kubernetes", "towpath.yaml")), Place);
        foreach (var ladder in steps.Select(step => step.Ladder).OfType<string>())
        {
            var compose = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "examples", "shop", "compose.yaml"));
            var (application, diagnostics) = ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", compose), ("towpath.yaml", ladder)), []);
            diagnostics.Where(d => d.Severity == Severity.Error && d.Location?.File == "towpath.yaml").ShouldBeEmpty();
            ladder.ShouldContain(Place.WaitImage);
            ladder.ShouldContain(Place.ProxyImage);
            ladder.ShouldContain($"registry: {Place.Registry}");
        }

        steps.Count(step => step.BreaksIn == "production").ShouldBe(1);
    }

    [Fact]
    public void OnCluster_LadderOfAnotherText_IsToldRatherThanCommitted() =>
        Should.Throw<DiagnosticException>(() => DemoStep.OnCluster("environments: {}", Place)).Diagnostics[0].Code.ShouldBe("TP7131");
}
