using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Contracts;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Pipelines;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;
using Towpath.Engines.Git;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;

namespace Towpath.Server.Pipelines;

/// <summary>
/// Takes one run from its commit to its release. The first step that fails stops the others, and then there is no release. A run
/// that was cut off can be run again from the start: what it left is cleared first.
/// </summary>
/// <param name="store">Gets facts, evidence and the release.</param>
/// <param name="engine">Builds and tests.</param>
/// <param name="read">Reads the model of a commit.</param>
/// <param name="ensureBaseImages">Called with images that must be on the engine before they are used.</param>
/// <param name="images">Remembers what the images of releases were.</param>
/// <param name="inventories">Reads what images are made of.</param>
/// <param name="provenance">Says where releases come from.</param>
/// <param name="options">Bounds and places.</param>
/// <param name="time">Clock of facts and limits.</param>
public sealed class PipelineRunner(
    IStore store, IContainerEngine engine, ReadApplication read, EnsureBaseImages ensureBaseImages, ReleaseImages images, ImageInventories inventories, ReleaseProvenance provenance,
    PipelineOptions options, TimeProvider time) : IDisposable
{
    // Shared by all runs: the machine has to bear the sum.
    private readonly SemaphoreSlim _slots = new(options.Parallelism);
    private readonly ReadinessProbe _probe = new(engine);

    /// <summary>Runs it to its end and stores how it ended.</summary>
    /// <returns>The release, or null when the run failed.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing of it is left but its facts, and its state is the caller's to set.</exception>
    public async Task<Release?> RunAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        store.UpdateRun(run.Id, RunState.Running, null, started, FactOf(run, FactKind.PipelineStarted, $"{run.Id}: began with commit {run.Commit[..12]}"));
        try
        {
            var release = await FindReleaseAsync(run, cancellationToken) ?? await MakeReleaseAsync(run, started, cancellationToken);
            foreach (var (service, image) in release.Images)
                images.Keep(release, service, await InspectAsync(image.Digest, cancellationToken));
            Deliver(run, release);
            var end = FactOf(run, FactKind.PipelineSucceeded, $"{run.Id}: made {release.Id}") with { Release = release.Id, Duration = time.GetUtcNow() - started };
            store.UpdateRun(run.Id, RunState.Succeeded, release.Id, time.GetUtcNow(), end);
            return release;
        }
        catch (DiagnosticException e)
        {
            Fail(run, started, e.Diagnostics);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException and not StoreUnavailableException)
        {
            Fail(run, started, [PipelineDiagnostics.StepCrashed(run.Id, e.Message)]);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _probe.Dispose();
    }

    /// <summary>The release that the commit has already, as long as the engine still has its images.</summary>
    private async Task<Release?> FindReleaseAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (store.ReleaseOfCommit(run.Application, run.Commit) is not { } release)
            return null;

        foreach (var image in release.Images.Values)
        {
            if (await InspectAsync(image.Digest, cancellationToken) is null)
                return null;
        }

        store.Append(FactOf(run, FactKind.ReleaseCreated, $"{release.Id} of this commit is there already: nothing was built") with { Release = release.Id });
        return release;
    }

    private async Task<ImageDetails?> InspectAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.InspectImageAsync(image, cancellationToken);
        }
        catch (EngineException e)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, PipelineDiagnostics.EngineFailed(PipelinePlan.Check, e.Message));
        }
    }

    private async Task<Release> MakeReleaseAsync(RunRecord run, DateTimeOffset started, CancellationToken cancellationToken)
    {
        var source = Path.Combine(options.RunFolder(run.Id), "source");
        try
        {
            await ClearAsync(run, source, cancellationToken);
            var (commit, plan) = await CheckAsync(run, source, cancellationToken);
            await CompareApisAsync(run, commit, cancellationToken);
            var application = commit.Application;
            var trials = new TrialRunner(engine, _probe, store, options, time, run.Id, commit, plan, source);
            var executor = new StepExecutor(engine, ensureBaseImages, trials, inventories, options, time, run.Id, application.Name, source);
            var digests = await ExecuteAsync(run, plan, executor, cancellationToken);

            var kept = ImmutableSortedDictionary.CreateBuilder<string, ReleaseImage>(StringComparer.Ordinal);
            foreach (var (service, step) in plan.Images)
                kept[service] = await executor.KeepAsync(service, digests[step], cancellationToken);
            application = MountedFiles.Stamp(application, source);
            var release = ReleaseBuilder.Create(application, run.Commit, run.Subject, kept.ToImmutable(), time.GetUtcNow());
            MountedFiles.Keep(application, commit.Apis, source, options.ReleaseFiles(run.Application, release.Id));
            store.SaveRelease(release, run.Id, [FactOf(run, FactKind.ReleaseCreated, $"{release.Id}: {release.Subject}") with { Release = release.Id }, .. AgreementFacts(run, release)]);
            await provenance.KeepAsync(run, started, release, plan, cancellationToken);
            return release;
        }
        catch (EngineException e)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, PipelineDiagnostics.EngineFailed("the pipeline", e.Message));
        }
        finally
        {
            Delete(source);
        }
    }

    /// <summary>A green pipeline is a delivery: what is known of its images is judged now, and not when they are deployed.</summary>
    private void Deliver(RunRecord run, Release release)
    {
        var validation = TrialMemory.Validate(store, run, release, images.Of(release));
        // Delivered again with the same result it is no news.
        if (store.Delivery(run.Application, release.Id) is { } before && before.Validation.Services.SelectMany(s => s.Checks).SequenceEqual(validation.Services.SelectMany(s => s.Checks))) return;
        var failures = validation.Failures.ToList();
        var fact = failures.Count == 0
            ? FactOf(run, FactKind.DeliveryValidated, $"{release.Id} is delivered to be tested; of {validation.Services.Length} images {validation.Services.Length - validation.NotTried.Count()} were tried, and none failed")
            : FactOf(run, FactKind.DeliveryFaulty, $"{release.Id} is delivered to be tested, but not as it must be: {string.Join("; ", failures)}");
        store.SaveDelivery(new DeliveryRecord(run.Application, release.Id, run.Id, run.Actor, release.CreatedAt, validation), fact with { Release = release.Id });
    }

    private IEnumerable<Fact> AgreementFacts(RunRecord run, Release release)
    {
        // Built once more because its images were gone, it is no news.
        if (store.Release(run.Application, release.Id) is not null) yield break;
        var before = store.Releases(run.Application, 1) is [var newest] ? newest : null;
        if (AgreementChange.Between(before, release) is { } change)
            yield return FactOf(run, FactKind.AgreementChanged, change) with { Release = release.Id, Covers = release.Application.Agreement?.Hash };
    }

    /// <summary>A run that begins again may find what the run before was cut off in.</summary>
    private async Task ClearAsync(RunRecord run, string source, CancellationToken cancellationToken)
    {
        Delete(source);
        var labels = StepExecutor.TestLabels(run.Application).Select(label => $"{label.Key}={label.Value}").ToList();
        foreach (var left in await engine.ListContainersAsync(labels, cancellationToken))
            await engine.RemoveContainerAsync(left.Id, cancellationToken);
        await TrialEnvironment.RemoveLeftoversAsync(engine, run.Application, cancellationToken);
    }

    private async Task<(ReadCommit Commit, PipelinePlan Plan)> CheckAsync(RunRecord run, string source, CancellationToken cancellationToken)
    {
        ReadCommit? commit = null;
        CommitFiles? files = null;
        await RecordAsync(run, PipelinePlan.Check, async (log, token) =>
        {
            var known = store.Application(run.Application) ?? throw new InvalidOperationException($"{run.Application} is not registered");
            var repository = await GitRepository.OpenAsync(known.Repository, token);
            await repository.ExportAsync(run.Commit, known.Folder, source, token);
            files = new CommitFiles(source, Path.Combine(repository.Folder, known.Folder));
            commit = CommitCheck.Read(files, read);
            if (commit.Application.Name != run.Application)
                throw new InvalidOperationException($"the commit is of {commit.Application.Name}, the run of {run.Application}");

            Tell(run, PipelinePlan.Check, commit.Warnings);
            log.Write($"{commit.Application.Services.Length} services");
            return null;
        }, cancellationToken);
        return (commit!, await HoldAsync(run, commit!.Application, files!, cancellationToken));
    }

    private async Task<PipelinePlan> HoldAsync(RunRecord run, Application application, CommitFiles files, CancellationToken cancellationToken)
    {
        PipelinePlan? plan = null;
        await RecordAsync(run, PipelinePlan.Contract, (log, _) =>
        {
            var contract = CommitCheck.Hold(application, files);
            Tell(run, PipelinePlan.Contract, [.. contract.Diagnostics.Where(d => d.Severity == Severity.Warning)]);
            foreach (var finding in contract.Diagnostics)
                log.Write(DiagnosticWriter.WriteLine(finding));
            plan = CommitCheck.Plan(application, contract);
            log.Write($"{contract.Summary}; steps: {string.Join(", ", plan.Steps.Select(s => s.Name))}");
            return Task.FromResult<string?>(contract.Summary);
        }, cancellationToken);
        return plan!;
    }

    /// <summary>Names what clients of the release before will meet. Needs no engine, so it comes before anything is built.</summary>
    private async Task CompareApisAsync(RunRecord run, ReadCommit commit, CancellationToken cancellationToken)
    {
        var history = new ApiHistory(store, options, run.Application);
        foreach (var service in commit.Application.Services.Where(s => s.Delivery.Api is not null || history.Knows(s.Name)))
        {
            var step = PipelinePlan.Api + service.Name;
            await RecordAsync(run, step, (log, _) =>
            {
                var changes = history.Changes(service, commit.Apis.ByService.GetValueOrDefault(service.Name));
                foreach (var change in changes.Changes)
                    log.Write($"{change.Location}: {change.Name}: {change.Text}");
                var told = ContractCheck.Judge(commit.Application, service.Name, changes.Diagnostics);
                if (told.Any(d => d.Severity == Severity.Error))
                    throw new DiagnosticException(ExitCode.PipelineFailed, [.. told.OrderByDescending(d => d.Severity)]);
                Tell(run, step, told);
                return Task.FromResult<string?>(changes.Summary);
            }, cancellationToken);
        }
    }

    private void Tell(RunRecord run, string step, ImmutableArray<Diagnostic> diagnostics) =>
        store.Append([.. diagnostics.Select(d => FactOf(run, FactKind.DiagnosticReported, d.Headline) with { Diagnostic = d, Step = step })]);

    /// <summary>Runs all steps; what runs when the first one fails is stopped and waited for.</summary>
    private async Task<Dictionary<string, string>> ExecuteAsync(RunRecord run, PipelinePlan plan, StepExecutor executor, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        var succeeded = new HashSet<string>(StringComparer.Ordinal);
        var started = new HashSet<string>(StringComparer.Ordinal);
        var running = new Dictionary<Task<string?>, PipelineStep>();
        try
        {
            while (true)
            {
                foreach (var step in plan.Ready(succeeded, started).ToList())
                {
                    started.Add(step.Name);
                    running.Add(RunStepAsync(run, step, executor, digests.ToImmutableDictionary(), stop.Token), step);
                }

                if (running.Count == 0)
                    return digests;

                var ended = await Task.WhenAny(running.Keys);
                running.Remove(ended, out var done);
                if (await ended is { } digest)
                    digests[done!.Name] = digest;
                succeeded.Add(done!.Name);
            }
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAll(running.Keys).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<string?> RunStepAsync(
        RunRecord run, PipelineStep step, StepExecutor executor, ImmutableDictionary<string, string> digests, CancellationToken cancellationToken)
    {
        // Steps that end at once with nothing would share one finished task, and who waits for them tells them apart by their tasks.
        await Task.Yield();
        await _slots.WaitAsync(cancellationToken);
        try
        {
            string? digest = null;
            await RecordAsync(run, step.Name, async (log, token) =>
            {
                var result = await executor.RunAsync(step, digests, log, token);
                digest = result.Digest;
                Tell(run, step.Name, result.Told);
                return result.Detail;
            }, cancellationToken);
            return digest;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>
    /// Does a piece of work with a log, facts for its start and its end, and a record of evidence. What the work returns is what was found, for
    /// people, or null where its end says all.
    /// </summary>
    private async Task RecordAsync(RunRecord run, string step, Func<StepLog, CancellationToken, Task<string?>> work, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        using var log = new StepLog(Path.Combine(options.RunFolder(run.Id), step + ".log"));
        store.Append(FactOf(run, FactKind.StepStarted, $"{step} began") with { Step = step });
        try
        {
            var found = await work(log, cancellationToken);
            Save(FactKind.StepSucceeded, found is null ? $"{step} is done" : $"{step}: {found}", found, null);
        }
        catch (DiagnosticException e)
        {
            foreach (var diagnostic in e.Diagnostics)
                log.Write($"{diagnostic.Code}: {diagnostic.Headline}");
            var text = $"{step} failed: {e.Diagnostics[0].Headline}";
            Save(FactKind.StepFailed, text, text, e.Diagnostics[0]);
            throw;
        }
        catch (OperationCanceledException)
        {
            var text = $"{step} was stopped";
            Save(FactKind.StepFailed, text, text, null);
            throw;
        }

        void Save(string kind, string text, string? detail, Diagnostic? diagnostic)
        {
            var duration = time.GetUtcNow() - started;
            store.SaveEvidence(
                new EvidenceRecord(run.Id, step, kind == FactKind.StepSucceeded, started, duration, log.Path, detail),
                FactOf(run, kind, text) with { Step = step, Duration = duration, Diagnostic = diagnostic });
        }
    }

    private void Fail(RunRecord run, DateTimeOffset started, ImmutableArray<Diagnostic> diagnostics)
    {
        var now = time.GetUtcNow();
        var facts = diagnostics.Skip(1).Select(d => FactOf(run, FactKind.DiagnosticReported, d.Headline) with { Diagnostic = d })
            .Append(FactOf(run, FactKind.PipelineFailed, $"{run.Id}: {diagnostics[0].Headline}") with { Diagnostic = diagnostics[0], Duration = now - started });
        store.UpdateRun(run.Id, RunState.Failed, null, now, [.. facts]);
    }

    private Fact FactOf(RunRecord run, string kind, string text) =>
        new() { At = time.GetUtcNow(), Kind = kind, Application = run.Application, Text = text, Run = run.Id };

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
