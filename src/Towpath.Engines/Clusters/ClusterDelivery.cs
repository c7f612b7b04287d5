using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Rollouts;

namespace Towpath.Engines.Clusters;

/// <summary>One environment in its environments repository: a deployment makes one commit, and one more where it goes back.</summary>
internal sealed class ClusterDelivery(ClusterParts parts, ClusterCompiler compiler, string application, string environment) : IDisposable
{
    private const string WriterKey = "git-writer";
    private readonly EnvironmentCommits _commits = new(application, environment, parts.Folder.Repository, parts.Folder.Secrets.Value, parts.Time);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The repository of an environment.</summary>
    public static GitDeliverySpec? Of(EnvironmentDesired desired) => desired.Environment.Kubernetes?.Git;

    /// <summary>What is committed of all objects: not the Jobs of migrations, which Towpath runs itself.</summary>
    public static IEnumerable<ManifestObject> Committed(Compilation compilation) => compilation.Objects.Where(o => o.Kind != "Job" || compilation.Workloads.ContainsValue(o.Id));

    /// <summary>An object that Towpath applies beside those that are committed. Argo CD may take it for one of its own by its labels, and would remove it (sync options, compare options).</summary>
    public static JsonObject Beside(EnvironmentDesired desired, JsonObject body)
    {
        if (Of(desired) is null) return body;
        var annotations = body["metadata"]!["annotations"] as JsonObject ?? [];
        annotations["argocd.argoproj.io/sync-options"] = "Prune=false";
        annotations["argocd.argoproj.io/compare-options"] = "IgnoreExtraneous";
        body["metadata"]!["annotations"] = annotations;
        return body;
    }

    /// <summary>The commit of a deployment is in the branch.</summary>
    /// <exception cref="DiagnosticException">TP6450 to TP6452: it can't be pushed; or the environment does not compile.</exception>
    public Task CommitAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var (git, pattern) = (Of(plan.Target)!, DeliveryMessage.PatternOf(plan.Id, Writer()));
        return OnceAsync(pattern, async () => await _commits.CommitAsync(
            git, pattern, DeliveryMessage.Of(plan.Id, Writer(), plan.Target, parts.Story(plan)), () => FilesAsync(plan.Target, git, cancellationToken), cancellationToken), cancellationToken);
    }

    /// <summary>What a deployment had committed is taken back. Nothing is done where it had committed nothing.</summary>
    /// <exception cref="DiagnosticException">As <see cref="CommitAsync"/>.</exception>
    public Task RevertAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var (git, previous, pattern) = (Of(plan.Target)!, plan.Of(Side.Previous), DeliveryMessage.RevertPatternOf(plan.Id, Writer()));
        return OnceAsync(pattern, () => _commits.RevertAsync(
            git,
            DeliveryMessage.PatternOf(plan.Id, Writer()),
            pattern,
            commit => DeliveryMessage.OfRevert(plan.Id, Writer(), plan.Target, previous, commit, parts.Story(plan)),
            () => FilesAsync(previous, git, cancellationToken),
            cancellationToken), cancellationToken);
    }

    /// <summary>This process knows that what a deployment committed was taken back.</summary>
    public bool IsReverted(DeploymentPlan plan) => _known.ContainsKey(DeliveryMessage.RevertPatternOf(plan.Id, Writer()));

    /// <summary>The commit that the cluster is to reach, for people.</summary>
    public string Named(DeploymentPlan plan, Side side) =>
        _known.GetValueOrDefault(side == Side.Previous ? DeliveryMessage.RevertPatternOf(plan.Id, Writer()) : DeliveryMessage.PatternOf(plan.Id, Writer())) is { Length: > 12 } commit ? commit[..12] : "of " + plan.Id;

    /// <summary>Nothing of the environment is in the branch any more.</summary>
    /// <exception cref="DiagnosticException">As <see cref="CommitAsync"/>.</exception>
    public async Task RemoveAsync(GitDeliverySpec git, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _commits.RemoveAsync(git, DeliveryMessage.OfRemoval(application, environment, Writer()), cancellationToken);
            _known.Clear();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ImmutableArray<LayoutFile>> FilesAsync(EnvironmentDesired desired, GitDeliverySpec git, CancellationToken cancellationToken)
    {
        var request = await compiler.RequestAsync(desired, cancellationToken);
        return DeliveredFiles.Of(new RenderedEnvironment(request, [.. Committed(ClusterCompiler.Compile(request))]), git);
    }

    /// <summary>One at a time, and not again what is known to be done: several effects of a deployment ask for the same.</summary>
    private async Task OnceAsync(string pattern, Func<Task<string?>> bringAbout, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_known.ContainsKey(pattern) && await bringAbout() is { } commit) _known[pattern] = commit;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Deployments are numbered by the control plane: another one that writes to the same repository, or a new one after its state was lost, has another name.</summary>
    private string Writer()
    {
        if (parts.Memory.Read(WriterKey) is { } known) return known;
        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        parts.Memory.Write(WriterKey, made);
        return parts.Memory.Read(WriterKey) ?? made;
    }
}
