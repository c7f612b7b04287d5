using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>
/// The containers of a gateway: the anchor with its address and port, and the proxies in the anchor's network. A new proxy takes the
/// listening sockets themselves over from the one before, through a command socket in the folder that both see; only then is the
/// one before told to finish what it has. So no connection is refused in between.
/// </summary>
internal sealed class GatewayContainers(IContainerEngine engine, GatewayClient client, string folder, HaproxyOptions options, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private const int LogLines = 10;
    private const int AnswersInARow = 5;

    /// <summary>Address and port are held, and a proxy runs there.</summary>
    public async Task<bool> RunsAsync(string gateway, CancellationToken cancellationToken) =>
        await engine.InspectContainerAsync(gateway, cancellationToken) is { State: ContainerState.Running } anchor
        && await NewestAsync(gateway, cancellationToken) is { State: ContainerState.Running } proxy
        && !IsStranded(proxy, anchor) && !IsCutOff(proxy);

    /// <summary>The anchor is of this plan and runs. Where it had to begin anew, so must the proxies: their network is gone.</summary>
    public async Task EnsureAnchorAsync(GatewayPlan plan, CancellationToken cancellationToken)
    {
        var anchor = await engine.InspectContainerAsync(plan.Name, cancellationToken);
        if (anchor is { State: ContainerState.Running } && IsOf(anchor, plan)) return;
        foreach (var proxy in await ProxiesAsync(plan.Name, cancellationToken)) await engine.RemoveContainerAsync(proxy.Name, cancellationToken);
        if (anchor is null || !IsOf(anchor, plan) || anchor.State is not (ContainerState.Created or ContainerState.Exited))
        {
            await engine.RemoveContainerAsync(plan.Name, cancellationToken);
            await engine.CreateContainerAsync(plan.Anchor(options), cancellationToken);
        }

        try
        {
            if (anchor is not null && !await StartsAsync(plan.Name, cancellationToken)) await engine.CreateContainerAsync(plan.Anchor(options), cancellationToken);
            await engine.StartContainerAsync(plan.Name, cancellationToken);
        }
        catch (EngineException e) when (e.Error == EngineError.PortTaken)
        {
            await engine.RemoveContainerAsync(plan.Name, cancellationToken);
            throw new DiagnosticException(
                ExitCode.EngineUnavailable, GatewayDiagnostics.PortTaken(plan.Name, plan.PublishedAddress, plan.PublishedPort, plan.PortLocation));
        }
    }

    /// <summary>The proxy that serves, where it is of this plan and answers; one that was only stopped is started. Null where there is none.</summary>
    public async Task<string?> CurrentAsync(GatewayPlan plan, CancellationToken cancellationToken)
    {
        var anchor = await engine.InspectContainerAsync(plan.Name, cancellationToken);
        var proxy = await NewestAsync(plan.Name, cancellationToken);
        if (anchor is null || proxy is null || proxy.Labels.GetValueOrDefault(ContainerLabels.Revision) != plan.ProxyRevision(folder)) return null;
        // Nothing can be told to it any more; another one listens beside it, and then it finishes what it has.
        if (IsCutOff(proxy)) return null;
        // The image's name may have come to mean a newer one.
        if (await engine.InspectImageAsync(plan.Image, cancellationToken) is { } image && image.Id != proxy.ImageId) return null;
        if (proxy.State == ContainerState.Running && IsStranded(proxy, anchor))
        {
            await engine.RemoveContainerAsync(proxy.Name, cancellationToken);
            return null;
        }

        if (proxy.State is ContainerState.Created or ContainerState.Exited && !await StartsAsync(proxy.Name, cancellationToken)) return null;
        // A missed answer is no reason to take away a proxy that carries requests: a reload or a busy machine makes it late.
        return await AnswersAsync(proxy.Name, loaded => loaded is not null, cancellationToken) ? proxy.Name : null;
    }

    /// <summary>A new proxy serves when this returns; those before finish what they have, and are removed by a later <see cref="SweepAsync"/>.</summary>
    /// <exception cref="DiagnosticException">It ends at once or does not answer (TP5507); those before serve on.</exception>
    public async Task<string> HandOverAsync(GatewayPlan plan, CancellationToken cancellationToken)
    {
        var before = await ProxiesAsync(plan.Name, cancellationToken);
        var generation = before.Select(GenerationOf).DefaultIfEmpty(0).Max() + 1;
        var proxy = plan.Proxy(generation, folder, options);
        await engine.CreateContainerAsync(proxy, cancellationToken);
        await engine.StartContainerAsync(proxy.Name, cancellationToken);
        if (!await AnswersAsync(proxy.Name, loaded => loaded?.Generation == generation, cancellationToken))
        {
            var details = await engine.InspectContainerAsync(proxy.Name, cancellationToken);
            var lines = string.Join('\n', await engine.TailLogsAsync(proxy.Name, LogLines, cancellationToken));
            // Left as it is, the engine would start it over and over.
            await engine.RemoveContainerAsync(proxy.Name, cancellationToken);
            throw new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.EndedAtOnce(proxy.Name, details?.ExitCode ?? -1, lines));
        }

        await FinishAsync(before, cancellationToken);
        // Both have the command socket until the one before has let go of it: what is told from here on must reach the new one.
        var inARow = 0;
        await AnswersAsync(proxy.Name, loaded => (inARow = loaded?.Generation == generation ? inARow + 1 : 0) >= AnswersInARow, cancellationToken);
        return proxy.Name;
    }

    /// <summary>Proxies before the current one are told to finish, and those that have are gone.</summary>
    public async Task SweepAsync(GatewayPlan plan, string current, CancellationToken cancellationToken) =>
        await FinishAsync([.. (await ProxiesAsync(plan.Name, cancellationToken)).Where(p => p.Name != current)], cancellationToken);

    /// <summary>Starts a container that was made before. One that an engine that was killed has left half-started is removed.</summary>
    private async Task<bool> StartsAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await engine.StartContainerAsync(container, cancellationToken);
            return true;
        }
        catch (EngineException e) when (e.Error is EngineError.Other or EngineError.Conflict)
        {
            await engine.RemoveContainerAsync(container, cancellationToken);
            return false;
        }
    }

    private async Task FinishAsync(IReadOnlyList<ObservedContainer> proxies, CancellationToken cancellationToken)
    {
        foreach (var proxy in proxies)
        {
            if (proxy.State != ContainerState.Running)
            {
                await engine.RemoveContainerAsync(proxy.Name, cancellationToken);
                continue;
            }

            try
            {
                await engine.SignalContainerAsync(proxy.Name, "SIGUSR1", cancellationToken);
            }
            catch (EngineException)
            {
                // It may have finished between the look and the signal.
                if (await engine.InspectContainerAsync(proxy.Name, cancellationToken) is { State: ContainerState.Running }) throw;
            }
        }
    }

    private async Task<bool> AnswersAsync(string proxy, Func<GatewayLoaded?, bool> isRight, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!isRight(await client.LoadedAsync(cancellationToken)))
        {
            var container = await engine.InspectContainerAsync(proxy, cancellationToken);
            if (container is null or { State: ContainerState.Exited } || time.GetElapsedTime(started) > StartLimit) return false;
            await Task.Delay(Step, time, cancellationToken);
        }

        return true;
    }

    private async Task<List<ObservedContainer>> ProxiesAsync(string gateway, CancellationToken cancellationToken) =>
        [.. (await engine.ListContainersAsync([$"{ContainerLabels.Gateway}={gateway}"], cancellationToken)).OrderBy(GenerationOf)];

    private async Task<ContainerDetails?> NewestAsync(string gateway, CancellationToken cancellationToken) =>
        (await ProxiesAsync(gateway, cancellationToken)).LastOrDefault() is { } newest
            ? await engine.InspectContainerAsync(newest.Name, cancellationToken)
            : null;

    /// <summary>It was started in a network that the anchor has lost since.</summary>
    private static bool IsStranded(ContainerDetails proxy, ContainerDetails anchor) => proxy.StartedAt < anchor.StartedAt;

    /// <summary>It serves, and its folder is another one than that of today: the state folder was lost and came back from a backup.</summary>
    private bool IsCutOff(ContainerDetails proxy) => proxy.State == ContainerState.Running
        && time.GetUtcNow() - proxy.StartedAt > StartLimit && !File.Exists(Path.Combine(folder, HaproxyConfiguration.SocketName));

    private static bool IsOf(ContainerDetails anchor, GatewayPlan plan) =>
        anchor.Labels.GetValueOrDefault(ContainerLabels.Revision) == plan.AnchorRevision;

    private static int GenerationOf(ObservedContainer proxy) =>
        int.TryParse(proxy.Label(ContainerLabels.Generation), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : 0;
}
