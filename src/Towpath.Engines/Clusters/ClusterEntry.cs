using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.Engines.Environments;
using Readiness = Towpath.Core.Kubernetes.Status.Readiness;

namespace Towpath.Engines.Clusters;

/// <summary>
/// The way into an environment. It is asked as a user would ask, through the API server, so that Towpath needs no way of its own into the
/// cluster: at the environment's own proxy where it has one, else at a pod of the service that the path leads to.
/// </summary>
internal sealed class ClusterEntry(ClusterParts parts, ClusterObjects objects, ClusterPods pods, ClusterCompiler compiler, ClusterWait wait)
{
    private const int ProxyPort = 8080;
    private const string Here = "127.0.0.1";

    /// <summary>The way in for the services of a side. With both there, that of the release before stays as it is, and what only the new one has comes beside it.</summary>
    public async Task ConfigureAsync(DeploymentPlan plan, Side side, CancellationToken cancellationToken)
    {
        var desired = side == Side.Previous ? plan.Of(Side.Previous) : plan.Target;
        var before = side == Side.Both ? plan.Previous : null;
        var kept = new HashSet<string>(StringComparer.Ordinal);
        if (before is { Environment.Engine: EngineKind.Kubernetes })
        {
            kept.UnionWith(await ApplyEntryAsync(before, kept, cancellationToken));
        }

        await ApplyEntryAsync(desired, kept, cancellationToken);
        await WaitForProxyAsync(desired, cancellationToken);
    }

    /// <summary>The way in for one release, without waiting for it.</summary>
    public Task ApplyAsync(EnvironmentDesired desired, CancellationToken cancellationToken) => ApplyEntryAsync(desired, [], cancellationToken);

    private async Task<IReadOnlyCollection<string>> ApplyEntryAsync(EnvironmentDesired desired, HashSet<string> but, CancellationToken cancellationToken)
    {
        var compilation = await compiler.CompileAsync(desired, cancellationToken);
        var entry = compilation.Objects.Where(ObjectRoles.IsEntry).Where(o => !but.Contains(o.Id)).ToList();
        foreach (var subject in entry)
        {
            await objects.ApplyAsync(subject, desired.Environment.Drift, cancellationToken);
        }

        return [.. entry.Select(o => o.Id)];
    }

    /// <summary>The environment's own proxy is ready, where it has one.</summary>
    public async Task WaitForProxyAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        if (desired.Environment.Kubernetes?.Entry != EntryKind.Proxy)
        {
            return;
        }

        var space = desired.Environment.NamespaceFor(desired.Application);
        await wait.UntilAsync(
            "starting its proxy",
            async () => (await objects.ListAsync("apps/v1", "Deployment", space, cancellationToken)).FirstOrDefault(d => d.Name() == ProxyObjects.Name) is not { } proxy
                || ObjectStatus.Read(new ObservedObject(proxy)).Readiness == Readiness.Ready,
            desired.Environment.ReadyTimeout,
            cancellationToken);
    }

    /// <summary>A probe is answered as expected.</summary>
    public async Task VerifyAsync(EnvironmentDesired desired, string space, string name, CancellationToken cancellationToken)
    {
        var probe = desired.Environment.Verify.First(p => p.Name == name);
        var settings = desired.Environment.Kubernetes ?? KubernetesSpec.Default;
        if (settings.Entry == EntryKind.Proxy)
        {
            var proxy = await pods.FindReadyAsync(space, ProxyObjects.Name, cancellationToken) ?? throw Nothing(desired, probe);
            await AskAsync(desired, space, proxy, ProxyPort, probe, cancellationToken);
            return;
        }

        var service = desired.RoutedTo(probe.Path) ?? throw Nothing(desired, probe);
        await AskAsync(desired, space, service, probe, revision: null, cancellationToken);
    }

    /// <summary>A probe is answered as expected by a pod of the release that comes in, before it takes any request.</summary>
    public async Task VerifyPrivatelyAsync(EnvironmentDesired desired, string space, VerifyPrivately verify, CancellationToken cancellationToken)
    {
        var probe = desired.Environment.Verify.First(p => p.Name == verify.Probe);
        var service = desired.Service(verify.Service)!;
        await AskAsync(desired, space, service, probe, service.PodRevision, cancellationToken);
    }

    private async Task AskAsync(EnvironmentDesired desired, string space, ServiceDesired service, VerificationProbe probe, string? revision, CancellationToken cancellationToken)
    {
        var pod = await pods.FindReadyAsync(space, ServiceNames.Of(service.Name), cancellationToken, revision) ?? throw Nothing(desired, probe);
        await AskAsync(desired, space, pod, service.Spec.HttpPort!.Value, probe with { Path = Stripped(service.Spec.Delivery.Route!, probe.Path) }, cancellationToken);
    }

    private async Task AskAsync(EnvironmentDesired desired, string space, string pod, int port, VerificationProbe probe, CancellationToken cancellationToken)
    {
        await using var way = parts.Client.Forward(space, pod, port);
        var asked = desired with { Environment = desired.Environment with { Address = Here, Verify = [probe] } };
        await VerificationRunner.RunAsync(asked, probe.Name, way.LocalPort, cancellationToken);
    }

    private static string Stripped(Route route, string path) =>
        route.Strip && path.StartsWith(route.Path, StringComparison.Ordinal) ? "/" + path[route.Path.Length..].TrimStart('/') : path;

    private static DiagnosticException Nothing(EnvironmentDesired desired, VerificationProbe probe) =>
        new(ExitCode.DeploymentFailed, ClusterRunDiagnostics.NothingToAsk(desired.Environment.Name, probe.Path));
}
