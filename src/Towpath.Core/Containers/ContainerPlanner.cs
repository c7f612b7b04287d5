using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Core.Containers;

/// <summary>Where the files of an environment lie on the host.</summary>
public interface IEnvironmentPaths
{
    /// <summary>Absolute path of the file with a secret's present value.</summary>
    string Secret(string name);

    /// <summary>Absolute path of the file with a config's content.</summary>
    string Config(Config config);

    /// <summary>Absolute path of a file or folder of the commit that a service mounts.</summary>
    string CommitFile(string release, string path);
}

/// <summary>A desired service to the containers that run it.</summary>
public static class ContainerPlanner
{
    /// <summary>The container of a replica.</summary>
    /// <param name="desired">Its environment.</param>
    /// <param name="service">Its service.</param>
    /// <param name="ordinal">Its number.</param>
    /// <param name="address">Its fixed address in the environment's network.</param>
    /// <param name="gatewayAddress">Where the names of HTTP services lead.</param>
    /// <param name="paths">Where the environment's files lie.</param>
    public static ContainerPlan Replica(
        EnvironmentDesired desired, ServiceDesired service, int ordinal, string address, string gatewayAddress, IEnvironmentPaths paths) =>
        Basis(desired, service, gatewayAddress, paths, ContainerLabels.RoleReplica) with
        {
            Name = RolloutPlanner.ContainerName(desired, service, ordinal),
            Labels = Labels(desired, service, ContainerLabels.RoleReplica)
                .Add(ContainerLabels.Ordinal, ordinal.ToString(CultureInfo.InvariantCulture))
                .Add(ContainerLabels.Address, address),
            Address = address,
            // Requests to an HTTP service go to the gateway; only other services answer to their own name.
            Aliases = service.BehindGateway ? [] : [service.Name],
            Entrypoint = service.Spec.Entrypoint,
            Command = service.Spec.Command,
            Restart = service.Strategy == RolloutStrategy.Job ? RestartPolicy.No : service.Spec.Restart,
            Hostname = service.Spec.Hostname,
        };

    /// <summary>The one-off container that migrates for a service: its image, environment, files and network, another command.</summary>
    public static ContainerPlan Migration(
        EnvironmentDesired desired, ServiceDesired service, string gatewayAddress, IEnvironmentPaths paths) =>
        Basis(desired, service, gatewayAddress, paths, ContainerLabels.RoleMigration) with
        {
            Name = EnvironmentNames.Of(desired).Migration(service.Name, desired.Release),
            Labels = Labels(desired, service, ContainerLabels.RoleMigration),
            Entrypoint = service.Spec.Delivery.Migrate!.Command,
            Command = [],
        };

    /// <summary>The one-off container that takes back what the migration of a service did.</summary>
    public static ContainerPlan Reversal(
        EnvironmentDesired desired, ServiceDesired service, string gatewayAddress, IEnvironmentPaths paths) =>
        Migration(desired, service, gatewayAddress, paths) with
        {
            Name = EnvironmentNames.Of(desired).Reversal(service.Name, desired.Release),
            Entrypoint = service.Spec.Delivery.Migrate!.Revert!.Value,
        };

    private static ContainerPlan Basis(
        EnvironmentDesired desired, ServiceDesired service, string gatewayAddress, IEnvironmentPaths paths, string role) => new()
        {
            Name = "",
            Image = service.Image.Digest,
            Labels = Labels(desired, service, role),
            Network = EnvironmentNames.Of(desired).Network,
            Environment = service.Spec.Environment,
            Mounts = [.. service.Spec.Mounts.Select(m => Mount(desired, m, paths)), .. FileMounts(desired, service.Spec, paths)],
            Limits = service.Spec.Limits,
            User = service.Spec.User,
            WorkingDirectory = service.Spec.WorkingDirectory,
            StopSignal = service.Spec.StopSignal,
            StopGracePeriod = service.Spec.StopGracePeriod,
            ReadOnly = service.Spec.ReadOnly,
            Init = service.Spec.Init,
            CapAdd = service.Spec.CapAdd,
            CapDrop = service.Spec.CapDrop,
            ShmSize = service.Spec.ShmSize,
            Kernel = service.Spec.Kernel,
            ExtraHosts = [.. service.Spec.ExtraHosts, .. ServiceHosts(desired, service, gatewayAddress)],
        };

    private static ImmutableSortedDictionary<string, string> Labels(EnvironmentDesired desired, ServiceDesired service, string role) =>
        service.Spec.Labels.SetItems(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ContainerLabels.Application] = desired.Application,
            [ContainerLabels.Environment] = desired.Environment.Name,
            [ContainerLabels.Service] = service.Name,
            [ContainerLabels.Revision] = service.Revision,
            [ContainerLabels.Release] = desired.Release,
            [ContainerLabels.Role] = role,
        });

    private static IEnumerable<string> ServiceHosts(EnvironmentDesired desired, ServiceDesired service, string gatewayAddress) =>
        service.Strategy == RolloutStrategy.Recreate
            ? []
            : desired.Services.Where(s => s.BehindGateway).Select(s => $"{s.Name}:{gatewayAddress}");

    private static ContainerMount Mount(EnvironmentDesired desired, Mount mount, IEnvironmentPaths paths) => mount.Kind switch
    {
        MountKind.Volume when mount.Source is { } name =>
            new ContainerMount(MountKind.Volume, EnvironmentNames.Of(desired).Volume(name), mount.Target, mount.ReadOnly),
        MountKind.Bind when mount.IsFromCommit =>
            new ContainerMount(MountKind.Bind, paths.CommitFile(desired.Release, mount.Source!), mount.Target, mount.ReadOnly),
        _ => new ContainerMount(mount.Kind, mount.Source, mount.Target, mount.ReadOnly, mount.Size),
    };

    private static IEnumerable<ContainerMount> FileMounts(EnvironmentDesired desired, Service service, IEnvironmentPaths paths)
    {
        foreach (var secret in service.Secrets)
            yield return new ContainerMount(MountKind.Bind, paths.Secret(secret.Source), secret.Target, ReadOnly: true);
        foreach (var config in service.Configs)
            yield return new ContainerMount(MountKind.Bind, paths.Config(desired.Configs.First(c => c.Name == config.Source)), config.Target, ReadOnly: true);
    }
}
