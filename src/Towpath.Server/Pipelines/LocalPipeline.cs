using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Engines.Containers;
using Towpath.Engines.Git;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;

namespace Towpath.Server.Pipelines;

/// <summary>A pipeline run without a control plane.</summary>
/// <param name="Repository">Top folder of the repository.</param>
/// <param name="Folder">Folder of the Compose file in it; <c>.</c> for the top.</param>
/// <param name="Commit">Full object name.</param>
/// <param name="Engine"><c>auto</c>, <c>podman</c>, <c>docker</c> or <c>unix://PATH</c>.</param>
/// <param name="PodmanFolder">Where Podman's service lives, should it be needed: it outlives the run.</param>
/// <param name="Actor">Who asks.</param>
public sealed record LocalRun(string Repository, string Folder, string Commit, string Engine, string PodmanFolder, string Actor);

/// <summary>What came of it.</summary>
/// <param name="Evidence">What there is to show for it; it ran nowhere in particular.</param>
/// <param name="Failure">Why there is no release; null where it was green.</param>
public sealed record LocalRunResult(CiEvidence Evidence, Diagnostic? Failure);

/// <summary>The pipeline of a control plane, run by itself: the same steps by the same code, over a store that is thrown away. It deploys nothing.</summary>
public static class LocalPipeline
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a commit to its end.</summary>
    /// <param name="asked">What to run.</param>
    /// <param name="show">Told of each fact.</param>
    /// <param name="cancellationToken">Ends it; nothing of it is left then but images.</param>
    /// <exception cref="DiagnosticException">No engine, or no such commit.</exception>
    public static async Task<LocalRunResult> RunAsync(LocalRun asked, Action<Fact> show, CancellationToken cancellationToken)
    {
        using var engine = await EngineSelection.OpenAsync(asked.Engine, new PodmanServiceOptions(asked.PodmanFolder), TimeProvider.System, cancellationToken);
        using var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem());
        return await RunAsync(asked, engine, (names, progress, token) => standIns.EnsureBaseImagesAsync(engine, names, progress, token), TimeProvider.System, show, cancellationToken);
    }

    /// <summary>The same on an engine.</summary>
    internal static async Task<LocalRunResult> RunAsync(
        LocalRun asked, IContainerEngine engine, EnsureBaseImages ensureBaseImages, TimeProvider time, Action<Fact> show, CancellationToken cancellationToken)
    {
        var state = Directory.CreateTempSubdirectory("towpath-pipeline-");
        try
        {
            using var store = new SqliteStore(Path.Combine(state.FullName, "state.db"));
            var options = new PipelineOptions(state.FullName);
            using var inventories = new ImageInventories(store, engine, time);
            using var runner = new PipelineRunner(
                store, engine, Read, ensureBaseImages, new ReleaseImages(store, signer: null), inventories, new ReleaseProvenance(store, signer: null, engine), options, time);
            var run = await QueueAsync(asked, store, options, time, cancellationToken);
            await ShowAsync(store, run, runner.RunAsync(run, cancellationToken), time, show);
            return Result(store, store.Run(run.Id)!);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static (Application? Application, ImmutableArray<Diagnostic> Diagnostics) Read(ISourceFiles files)
    {
        var reading = ApplicationReader.Read(files, []);
        return (reading.Application, reading.Diagnostics);
    }

    /// <summary>The application's name stands in the commit, so that is read before there can be a run of it.</summary>
    private static async Task<RunRecord> QueueAsync(LocalRun asked, SqliteStore store, PipelineOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var repository = await GitRepository.OpenAsync(asked.Repository, cancellationToken);
        var source = Path.Combine(options.StateFolder, "reading");
        await repository.ExportAsync(asked.Commit, asked.Folder, source, cancellationToken);
        var (application, diagnostics) = Read(new CommitFiles(source, Path.Combine(repository.Folder, asked.Folder)));
        if (application is null) throw new DiagnosticException(ExitCode.InvalidInput, [.. diagnostics.OrderByDescending(d => d.Severity)]);
        store.SaveApplication(application.Name, repository.Folder, asked.Folder, application.Ladder);
        var subject = await repository.SubjectAsync(asked.Commit, cancellationToken);
        var now = time.GetUtcNow();
        return store.QueueRun(
            application.Name, asked.Commit, subject, asked.Actor, now,
            new Fact { At = now, Kind = FactKind.PipelineQueued, Application = application.Name, Actor = asked.Actor, Text = $"{asked.Actor} asked for commit {asked.Commit[..12]}: {subject}" }).Run;
    }

    private static async Task ShowAsync(SqliteStore store, RunRecord run, Task running, TimeProvider time, Action<Fact> show)
    {
        var after = 0L;
        for (var ended = false; !ended;)
        {
            // Looked at once more after its end, for its last facts.
            ended = await Task.WhenAny(running, Task.Delay(LookAgain, time)) == running;
            foreach (var fact in store.Facts(run.Application, after, int.MaxValue))
            {
                after = fact.Sequence;
                show(fact);
            }
        }

        await running;
    }

    private static LocalRunResult Result(SqliteStore store, RunRecord run)
    {
        var steps = store.Evidence(run.Id);
        var failed = store.Facts(run.Application, 0, int.MaxValue).LastOrDefault(f => f.Kind == FactKind.PipelineFailed);
        var release = run.Release is { } id ? store.Release(run.Application, id) : null;
        var images = release?.Images.ToImmutableSortedDictionary(i => i.Key, i => i.Value.Digest, StringComparer.Ordinal);
        var told = steps.Select(s => new CiStep(s.Step, s.Succeeded, s.Duration, s.Detail)).ToList();
        // What failed between two steps is a step that failed: evidence of a red run must not look green.
        if (failed is not null && told.All(s => s.Succeeded)) told.Add(new CiStep("pipeline", false, TimeSpan.Zero, failed.Text));
        var evidence = new CiEvidence(
            run.Application, run.Commit, run.QueuedAt, run.EndedAt!.Value - run.QueuedAt, [.. told],
            images ?? ImmutableSortedDictionary<string, string>.Empty, Place: null);
        return new LocalRunResult(evidence, failed?.Diagnostic);
    }
}
