using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Pipelines;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Pipelines;

/// <summary>A run without a control plane: the same steps, and nothing left but images.</summary>
public sealed class LocalPipelineTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();
    private readonly FakeContainerEngine _engine = new();
    private readonly List<Fact> _shown = [];

    public LocalPipelineTests()
    {
        _engine.Registry.Add("debian");
        _repository.Write("towpath.yaml", "application: shop\nenvironments: { development: {} }\n");
        _repository.Write("compose.yaml", "services:\n  api:\n    build: api\n    x-towpath: { test: { command: [make, test] } }\n");
        _repository.Write("api/Dockerfile", "FROM debian\nRUN make\nUSER 1000\n");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Run_OfAGoodCommit_IsGreen_AndLeavesNothing()
    {
        var before = Folders();
        var commit = _repository.Commit("First");
        var (evidence, failure) = await RunAsync(commit);

        failure.ShouldBeNull();
        evidence.IsGreen.ShouldBeTrue();
        (evidence.Application, evidence.Commit, evidence.Place).ShouldBe(("shop", commit, null));
        evidence.Steps.Select(s => s.Name).ShouldBe(["check", "contract", "build:api", "test:api", "sbom:api"], ignoreOrder: true);
        evidence.Images.Keys.ShouldBe(["api"]);
        evidence.Images["api"].ShouldStartWith("sha256:");
        _engine.Containers.ShouldBeEmpty();
        Folders().ShouldBe(before, ignoreOrder: true);
        (_shown[0].Kind, _shown[^1].Kind).ShouldBe((FactKind.PipelineQueued, FactKind.PipelineSucceeded));
        _shown.Select(f => f.Sequence).ShouldBe(Enumerable.Range(1, _shown.Count).Select(n => (long)n));
    }

    [Fact]
    public async Task Run_WithTestsThatFail_IsRed_AndSaysWhere()
    {
        _engine.OnStart = _ => (ContainerState.Exited, 3);
        var (evidence, failure) = await RunAsync(_repository.Commit("First"));

        evidence.IsGreen.ShouldBeFalse();
        evidence.Steps.Single(s => s.Name == "test:api").ShouldSatisfyAllConditions(s => s.Succeeded.ShouldBeFalse(), s => s.Detail.ShouldNotBeNull());
        evidence.Images.ShouldBeEmpty();
        failure.ShouldNotBeNull().Code.ShouldBe("TP3011");
        _engine.Containers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_OfACommitThatCantBeRead_IsRefused_AndLeavesNothing()
    {
        var before = Folders();
        _repository.Write("compose.yaml", "services: [\n");
        var commit = _repository.Commit("Broken");
        (await Should.ThrowAsync<DiagnosticException>(() => RunAsync(commit))).ExitCode.ShouldBe(ExitCode.InvalidInput);
        Folders().ShouldBe(before, ignoreOrder: true);
    }

    private Task<LocalRunResult> RunAsync(string commit) => LocalPipeline.RunAsync(
        new LocalRun(_repository.Path, ".", commit, "fake", "", "ben"), _engine, EnsureAsync, TimeProvider.System, _shown.Add, Cancel);

    private async Task EnsureAsync(IReadOnlyCollection<string> images, Action<string> progress, CancellationToken cancellationToken)
    {
        foreach (var image in images) await _engine.PullImageAsync(image, progress, cancellationToken);
    }

    private static List<string> Folders() => [.. Directory.EnumerateDirectories(Path.GetTempPath(), "towpath-pipeline-*")];
}
