using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Engines.Environments;

/// <summary>Runs a migration once per release and environment, in a one-off container whose end is remembered.</summary>
internal sealed class MigrationRunner(EnvironmentParts parts, EnvironmentNetwork network)
{
    /// <summary>Begins the keys of migrations that ran; they are true for as long as the environment's data lives.</summary>
    public const string Mark = "migrated:";

    private const string Ran = "done";
    private const string TakenBack = "taken back";
    private const int LastLines = 12;

    public async Task RunAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken)
    {
        var mark = MarkOf(desired, service);
        if (parts.Memory.Read(mark) == Ran) return;
        await RunOnceAsync(desired, service, ContainerPlanner.Migration(desired, service, network.GatewayAddress, parts.Folder), cancellationToken);
        parts.Memory.Write(mark, Ran);
    }

    /// <summary>
    /// Takes back what a migration did, once. Its own container goes before its mark, or a later migration of the same release
    /// would find the old result and take it for its own; that of the reversal goes last, since it is what a repetition looks for.
    /// </summary>
    public async Task RevertAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken)
    {
        var migration = ContainerPlanner.Migration(desired, service, network.GatewayAddress, parts.Folder);
        var revert = ContainerPlanner.Reversal(desired, service, network.GatewayAddress, parts.Folder);
        var mark = MarkOf(desired, service);
        if (parts.Memory.Read(mark) == Ran)
        {
            await RunOnceAsync(desired, service, revert, cancellationToken);
            await RemoveAsync(migration.Name, cancellationToken);
            parts.Memory.Write(mark, TakenBack);
        }
        await RemoveAsync(revert.Name, cancellationToken);
    }

    private static string MarkOf(EnvironmentDesired desired, ServiceDesired service) => $"{Mark}{desired.Release}:{service.Name}";

    private async Task RunOnceAsync(EnvironmentDesired desired, ServiceDesired service, ContainerPlan plan, CancellationToken cancellationToken)
    {
        // A container of that name is this very run, left by a control plane that was killed: its result counts.
        if (await parts.Engine.InspectContainerAsync(plan.Name, cancellationToken) is null or { State: ContainerState.Created })
            await new AddressedStart(parts, network).RunAsync(
                plan.Name,
                mayRunTwice: false,
                async () =>
                {
                    var address = network.NextAddress(await parts.Engine.ListContainersAsync(EnvironmentNames.Of(desired).Selector, cancellationToken));
                    return plan with { Address = address, Labels = plan.Labels.Add(ContainerLabels.Address, address) };
                },
                cancellationToken);
        parts.Logs.Watch(desired.Environment.Name, service.Name, plan.Name);
        await FinishAsync(desired, service, plan.Name, cancellationToken);
    }

    private async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        if (await parts.Engine.InspectContainerAsync(container, cancellationToken) is not null) await parts.RemoveAsync(container, cancellationToken);
    }

    private async Task FinishAsync(EnvironmentDesired desired, ServiceDesired service, string container, CancellationToken cancellationToken)
    {
        var timeout = service.Spec.Delivery.Migrate!.Timeout;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        string? failure = null;
        try
        {
            var exitCode = await parts.Engine.WaitContainerAsync(container, limit.Token);
            if (exitCode != 0) failure = $"exit code {exitCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = string.Create(CultureInfo.InvariantCulture, $"it did not end within {timeout.TotalSeconds:0} s");
            await parts.Engine.StopContainerAsync(container, TimeSpan.FromSeconds(5), cancellationToken);
        }
        var lines = failure is null ? [] : await parts.Engine.TailLogsAsync(container, LastLines, cancellationToken);
        if (failure is null)
        {
            await parts.Logs.DrainAsync(container, cancellationToken);
            return;
        }

        await parts.RemoveAsync(container, cancellationToken);
        throw new DiagnosticException(
            ExitCode.DeploymentFailed, RolloutDiagnostics.MigrationFailed(desired.Environment.Name, service.Spec, failure, [.. lines]));
    }
}
