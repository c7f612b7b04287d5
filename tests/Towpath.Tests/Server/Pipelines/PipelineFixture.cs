using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Server.Pipelines;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Pipelines;

/// <summary>A real git repository and a real store, with an engine in memory between them.</summary>
public sealed class PipelineFixture : IDisposable
{
    private readonly TemporaryFolder _state = new();

    public PipelineFixture()
    {
        Store = new SqliteStore(_state["state.db"]);
        Options = new PipelineOptions(_state.Path) { Parallelism = 2 };
        Ensure = EnsureAsync;
        Signer = ImageSigner.Open(_state.Path);
        Inventories = new ImageInventories(Store, Engine, TimeProvider.System);
        Runner = new PipelineRunner(Store, Engine, files => Read(files), (images, log, token) => Ensure(images, log, token), new ReleaseImages(Store, signer: null), Inventories, new ReleaseProvenance(Store, Signer, Engine), Options, TimeProvider.System);
        Store.SaveApplication("shop", Repository.Path, ".", Models.Ladder("development"));
        Repository.Write("api/Dockerfile", "FROM debian AS test\nRUN make\n");
        Repository.Write("api/app.txt", "one");
        Repository.Write("base/Dockerfile", "FROM debian\n");
        Engine.Registry.Add("postgres:15");
        Engine.Registry.Add("debian");
    }

    public TemporaryRepository Repository { get; } = new();

    public FakeContainerEngine Engine { get; } = new();

    public SqliteStore Store { get; }

    public ImageSigner Signer { get; }

    public ImageInventories Inventories { get; }

    public PipelineOptions Options { get; }

    public PipelineRunner Runner { get; }

    public EnsureBaseImages Ensure { get; set; }

    public ReadApplication Read { get; set; } = _ => (Models.Application(Models.Built("api"), Models.Image("db", "postgres:15")), []);

    public void Uses(params Service[] services) => Read = _ => (Models.Application(services), []);

    public RunRecord Queue(string? commit = null) => Store.QueueRun(
        "shop", commit ?? Repository.Commit("A change"), "A change", "ann", Models.Noon, Models.Fact()).Run;

    public IReadOnlyList<Fact> Facts(string kind) => [.. Store.Facts("shop", 0, 1000).Where(f => f.Kind == kind)];

    /// <summary>The diagnostic of the failed run, after a look that it left nothing.</summary>
    public Towpath.Core.Diagnostics.Diagnostic Failure(RunRecord run)
    {
        Store.Run(run.Id)!.State.ShouldBe(RunState.Failed);
        Store.Releases("shop", 1).ShouldBeEmpty();
        NothingIsLeft(run);
        return Facts(FactKind.PipelineFailed).Single().Diagnostic!;
    }

    public void NothingIsLeft(RunRecord run)
    {
        Engine.Containers.ShouldBeEmpty();
        Directory.Exists(Path.Combine(Options.RunFolder(run.Id), "source")).ShouldBeFalse();
    }

    public void Dispose()
    {
        Runner.Dispose();
        Store.Dispose();
        Repository.Dispose();
        _state.Dispose();
    }

    private async Task EnsureAsync(IReadOnlyCollection<string> images, Action<string> progress, CancellationToken cancellationToken)
    {
        foreach (var image in images)
        {
            if (await Engine.InspectImageAsync(image, cancellationToken) is null)
                await Engine.PullImageAsync(image, progress, cancellationToken);
        }
    }
}
