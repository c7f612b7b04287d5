using Towpath.Core.Containers;
using Towpath.Core.Pipelines;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Keeps what is stored within bounds: the newest releases, and those that an environment runs or may go back to; no images but theirs; no
/// logs of pipelines but those of the newest runs.
/// </summary>
public sealed class Retention(IStore store, IContainerEngine engine, string stateFolder, TimeProvider time, Action<string> log) : IDisposable
{
    /// <summary>Releases kept for each application, besides those in use.</summary>
    public const int KeptReleases = 10;

    private const int KeptRuns = 30;
    private const int Looked = 1000;
    private static readonly TimeSpan InventoryGrace = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Clears up from time to time until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long cleared = -1;
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, cancellationToken);
            try
            {
                // Where nothing happened, nothing can have become too much.
                var now = store.LastSequence();
                if (now == cleared) continue;
                foreach (var application in store.Applications()) await ClearAsync(application, cancellationToken);
                ForgetInventories();
                cleared = now;
            }
            catch (Exception e) when (e is EngineException or IOException or StoreUnavailableException)
            {
                log($"clearing up failed: {e.Message}");
            }
        }
    }

    /// <summary>Clears up for one application.</summary>
    public async Task ClearAsync(ApplicationRecord application, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // What is being built has no release yet: its images would look like nobody's.
            if (store.UnfinishedRuns(application.Name).Count > 0) return;
            await TrialEnvironment.RemoveLeftoversAsync(engine, application.Name, cancellationToken);
            var releases = store.Releases(application.Name, Looked);
            var kept = releases.Take(KeptReleases).Concat(releases.Where(r => InUse(application, r.Id))).DistinctBy(r => r.Id).ToList();
            await RemoveImagesAsync(application.Name, kept, cancellationToken);
            foreach (var gone in releases.Except(kept)) Forget(application.Name, gone.Id);
            ForgetRuns(application.Name);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Removes all images of an application that is going.</summary>
    public Task RemoveImagesAsync(string application, CancellationToken cancellationToken) => RemoveImagesAsync(application, [], cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task RemoveImagesAsync(string application, List<Release> kept, CancellationToken cancellationToken)
    {
        var needed = kept.SelectMany(r => r.Images.Values).Select(i => i.Digest).ToHashSet(StringComparer.Ordinal);
        // By name, not by label: an image that was pulled has no label of ours, and one that two applications build alike has the label of
        // whichever came first. Only names of Towpath's making are taken away; an image that somebody named otherwise stays.
        foreach (var image in await engine.ListImagesAsync([], cancellationToken))
        {
            if (needed.Contains(image.Id)) continue;
            foreach (var reference in image.References.Where(r => ImageName.IsOf(application, r) && (kept.Count == 0 || !ImageName.IsTested(r))))
                await engine.RemoveImageAsync(reference, cancellationToken);
        }
        await engine.PruneImagesAsync($"{ContainerLabels.Application}={application}", cancellationToken);
    }

    private bool InUse(ApplicationRecord application, string release) => application.Ladder.Environments.Any(e =>
        (store.Current(application.Name, e.Name) is { } current && (current.Release == release || current.Previous == release))
        || store.OpenDeployments(application.Name, e.Name).Any(d => d.Release == release || d.Previous == release)
        || store.RecentDeployments(application.Name, e.Name, 2).Any(d => d.Release == release || d.Previous == release));

    private void Forget(string application, string release)
    {
        store.RemoveRelease(application, release);
        Delete(Path.Combine(stateFolder, "releases", application, release));
    }

    /// <summary>What images were made of that no release has any more. Those that were read lately may be of a release that is being made.</summary>
    private void ForgetInventories()
    {
        var kept = store.Applications().SelectMany(a => store.Releases(a.Name, Looked)).SelectMany(r => r.Images.Values).Select(i => i.Digest).ToHashSet(StringComparer.Ordinal);
        store.RemoveInventories(kept, time.GetUtcNow() - InventoryGrace);
    }

    private void ForgetRuns(string application)
    {
        foreach (var old in store.RecentRuns(application, Looked).Skip(KeptRuns)) Delete(Path.Combine(stateFolder, "runs", old.Id));
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
