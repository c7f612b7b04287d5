using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>Keys of Compose that only Kubernetes looks into: on the engine <c>containers</c> the key above them is judged as a whole.</summary>
internal static class ClusterKeys
{
    private const string OwnPace = "a Deployment goes on as soon as pods are ready, and is taken back by Towpath or by people";
    private const string InContainer = "a hook runs in the service's own container, with its user, rights and variables";

    /// <summary><c>deploy.update_config:</c>.</summary>
    public static KeyTable UpdateConfig { get; } = new KeyTable("deploy.update_config", "parallelism order")
        .Add(Carriage.NoEffect, OwnPace, "delay failure_action monitor max_failure_ratio");

    /// <summary><c>deploy.placement:</c>.</summary>
    public static KeyTable Placement { get; } = new KeyTable("deploy.placement", "")
        .Add(Carriage.InPart, null, "constraints preferences max_replicas_per_node");

    /// <summary>An entry of <c>deploy.placement.preferences</c>.</summary>
    public static KeyTable Preference { get; } = new KeyTable("a placement preference", "").Add(Carriage.InPart, null, "spread");

    /// <summary><c>deploy.resources.reservations:</c>.</summary>
    public static KeyTable Reservations { get; } = new KeyTable("deploy.resources.reservations", "cpus memory")
        .Add(Carriage.InPart, null, "devices")
        .Add(Carriage.NotCarried, "a cluster counts devices by the names that its device plugins give them: write `devices`", "generic_resources");

    /// <summary>An entry of <c>gpus</c> or <c>deploy.resources.reservations.devices</c>.</summary>
    public static KeyTable DeviceRequest { get; } = new KeyTable("a device request", "")
        .Add(Carriage.InPart, null, "capabilities count driver")
        .Add(Carriage.NotCarried, "the cluster chooses which devices a pod gets", "device_ids")
        .Add(Carriage.NoEffect, "a device plugin takes no options from pods", "options");

    /// <summary>An entry of <c>post_start</c> or <c>pre_stop</c>.</summary>
    public static KeyTable Hook { get; } = new KeyTable("a hook", "command")
        .Add(Carriage.NoEffect, InContainer, "user privileged working_dir environment");
}
