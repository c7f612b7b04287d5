using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>
/// Every key of the Compose specification and what Towpath does with it: which it carries to the containers, and why it does not with others.
/// What differs on Kubernetes stands below each; keys that only Kubernetes looks into are in <see cref="ClusterKeys"/>, and <c>docs/kubernetes.md</c> tells of all.
/// </summary>
internal static class CarriedKeys
{
    private const string Limits = "limits are what Towpath enforces; a reservation would need a scheduler";
    private const string Hardware = "containers get no devices of the host";
    private const string Isolation = "it weakens or changes the isolation between containers";
    private const string Names = "it changes the names by which services find each other";
    private const string NoField = "Kubernetes has no field for it";
    private const string Windows = "it is for Windows containers";
    private const string OneNetwork = "a pod has one network, the cluster's";
    private const string Addresses = "the cluster's network gives out addresses";
    private const string Development = "it acts while developing, not in an environment";

    /// <summary>The Compose file itself.</summary>
    public static KeyTable Root { get; } = new KeyTable("a Compose file", "name services networks volumes secrets configs")
        .Add(Carriage.NotCarried, null, "models")
        .OnKubernetes(Carriage.NotCarried, "models and providers are Docker Compose's own", "models")
        .OnKubernetes(Carriage.InPart, null, "networks volumes");

    /// <summary>One service.</summary>
    public static KeyTable Service { get; } = new KeyTable(
            "a service",
            "image build command entrypoint environment env_file ports expose volumes networks depends_on healthcheck restart deploy "
            + "mem_limit cpus pids_limit scale secrets configs profiles user working_dir hostname stop_signal stop_grace_period read_only "
            + "init cap_add cap_drop extra_hosts shm_size tmpfs labels label_file ulimits sysctls group_add security_opt oom_score_adj cpu_shares "
            + "mem_reservation extends x-towpath")
        .Add(Carriage.NoEffect, "Towpath names containers, so that several replicas and environments can run on one machine", "container_name")
        .Add(Carriage.NoEffect, "Towpath collects the logs of every container itself", "logging attach")
        .Add(Carriage.NoEffect, "images are built and run for the machine that they run on", "platform")
        .Add(Carriage.NoEffect, "nobody is at the keyboard of a deployed container", "stdin_open tty")
        .Add(Carriage.NoEffect, Development, "develop")
        .Add(Carriage.NoEffect, "images are pinned by digest when a release is made", "pull_policy")
        .Add(Carriage.NoEffect, "every service of an environment is reachable by its name", "links")
        .Add(Carriage.NoEffect, Limits, "blkio_config mem_swappiness memswap_limit annotations")
        .Add(Carriage.NotCarried, Hardware, "devices device_cgroup_rules gpus runtime")
        .Add(Carriage.NotCarried, Isolation, "privileged userns_mode use_api_socket ipc pid uts cgroup cgroup_parent isolation credential_spec")
        .Add(Carriage.NotCarried, "every service joins the one network of its environment", "network_mode mac_address")
        .Add(Carriage.NotCarried, Names, "dns dns_opt dns_search domainname external_links")
        .Add(Carriage.NotCarried, "name the volumes of each service", "volumes_from")
        .Add(Carriage.NotCarried, null, "cpu_count cpu_percent cpu_quota cpu_period cpu_rt_period cpu_rt_runtime cpuset oom_kill_disable")
        .Add(Carriage.NotCarried, null, "storage_opt models provider post_start pre_start pre_stop driver_opts")
        .OnKubernetes(Carriage.Carried, null, "stdin_open tty runtime privileged domainname cpu_quota cpu_period")
        .OnKubernetes(Carriage.InPart, null, "user stop_signal volumes networks deploy ports secrets configs restart extra_hosts sysctls group_add security_opt pull_policy links container_name platform annotations")
        .OnKubernetes(Carriage.InPart, null, "labels gpus userns_mode ipc pid cgroup network_mode dns dns_opt dns_search post_start pre_stop")
        .OnKubernetes(Carriage.NoEffect, "the cluster collects what containers write", "logging attach")
        .OnKubernetes(Carriage.NoEffect, "Kubernetes has no field for them: the limits of the node's container runtime hold", "ulimits")
        .OnKubernetes(Carriage.NoEffect, "the kubelet sets it itself, by what a pod reserves", "oom_score_adj")
        .OnKubernetes(Carriage.NoEffect, "the weight of a container follows from the CPU that it reserves", "cpu_shares")
        .OnKubernetes(Carriage.NoEffect, "the number of processes of a pod is a setting of the kubelet", "pids_limit")
        .OnKubernetes(Carriage.NoEffect, "the kubelet pins containers to cores by its own policy", "cpuset")
        .OnKubernetes(Carriage.NoEffect, "a container above its limit of memory is always killed", "oom_kill_disable")
        .OnKubernetes(Carriage.NoEffect, NoField, "blkio_config mem_swappiness memswap_limit")
        .OnKubernetes(Carriage.NotCarried, "a device plugin of the cluster hands devices out: ask for them under `gpus`", "devices device_cgroup_rules")
        .OnKubernetes(Carriage.NotCarried, "a node has no engine's socket for pods", "use_api_socket")
        .OnKubernetes(Carriage.NotCarried, "a pod has a host name of its own", "uts")
        .OnKubernetes(Carriage.NotCarried, "the kubelet places pods in its own control groups", "cgroup_parent")
        .OnKubernetes(Carriage.NotCarried, Windows, "isolation credential_spec cpu_count cpu_percent")
        .OnKubernetes(Carriage.NotCarried, "Kubernetes has no field for real-time scheduling", "cpu_rt_period cpu_rt_runtime")
        .OnKubernetes(Carriage.NotCarried, Addresses, "mac_address")
        .OnKubernetes(Carriage.NotCarried, "containers outside of the application have no names in a cluster", "external_links")
        .OnKubernetes(Carriage.NotCarried, "a limit of what a container writes would end its pod rather than its writing", "storage_opt")
        .OnKubernetes(Carriage.NotCarried, "models and providers are Docker Compose's own", "models provider")
        .OnKubernetes(Carriage.NotCarried, "options of drivers belong to volumes and networks", "driver_opts")
        .OnKubernetes(Carriage.NotCarried, "write it as a service of its own that this one waits for with `service_completed_successfully`", "pre_start");

    /// <summary><c>build:</c>.</summary>
    public static KeyTable Build { get; } = new KeyTable("build", "context dockerfile args target labels")
        .Add(Carriage.NoEffect, "the engine's own cache is used", "cache_from cache_to no_cache no_cache_filter pull")
        .Add(Carriage.NoEffect, "images are built and run for the machine that they run on", "platforms")
        .Add(Carriage.NoEffect, "the release names images by digest", "tags")
        .Add(Carriage.NoEffect, "evidence of a build is Towpath's own", "provenance sbom")
        .Add(Carriage.NotCarried, null, "additional_contexts dockerfile_inline entitlements extra_hosts isolation network privileged secrets shm_size ssh ulimits");

    /// <summary><c>deploy:</c>.</summary>
    public static KeyTable Deploy { get; } = new KeyTable("deploy", "replicas resources mode")
        .Add(Carriage.NoEffect, "Towpath decides how services are replaced and restarted", "update_config rollback_config restart_policy endpoint_mode")
        .Add(Carriage.NoEffect, "an environment runs on one machine", "placement")
        .Add(Carriage.NoEffect, null, "labels")
        .OnKubernetes(Carriage.InPart, null, "mode update_config placement endpoint_mode resources")
        .OnKubernetes(Carriage.Carried, null, "labels")
        .OnKubernetes(Carriage.NoEffect, "a rollout that fails is taken back by Towpath or by people", "rollback_config")
        .OnKubernetes(Carriage.NoEffect, "Kubernetes has no delay and no number of attempts to set: say `restart` of the service", "restart_policy");

    /// <summary><c>deploy.resources:</c>.</summary>
    public static KeyTable Resources { get; } = new KeyTable("deploy.resources", "limits")
        .Add(Carriage.NoEffect, Limits, "reservations")
        .OnKubernetes(Carriage.InPart, null, "reservations");

    /// <summary><c>deploy.resources.limits:</c>.</summary>
    public static KeyTable LimitKeys { get; } = new KeyTable("deploy.resources.limits", "cpus memory pids")
        .Add(Carriage.NotCarried, Hardware, "devices generic_resources")
        .OnKubernetes(Carriage.NotCarried, "devices are asked for under `reservations`", "devices generic_resources")
        .OnKubernetes(Carriage.NoEffect, "the number of processes of a pod is a setting of the kubelet", "pids");

    /// <summary><c>healthcheck:</c>.</summary>
    public static KeyTable Healthcheck { get; } = new KeyTable("healthcheck", "test interval timeout retries start_period disable")
        .Add(Carriage.NoEffect, "while a replica starts, Towpath asks at its own pace", "start_interval")
        .OnKubernetes(Carriage.Carried, null, "start_interval");

    /// <summary>A long port.</summary>
    public static KeyTable Port { get; } = new KeyTable("a port", "target published protocol host_ip mode name app_protocol")
        .OnKubernetes(Carriage.NoEffect, "a Service answers on its own address", "host_ip")
        .OnKubernetes(Carriage.InPart, null, "published mode");

    /// <summary>A long mount.</summary>
    public static KeyTable Mount { get; } = new KeyTable("a mount", "type source target read_only bind volume tmpfs").Add(Carriage.NoEffect, null, "consistency").Add(Carriage.NotCarried, null, "image")
        .OnKubernetes(Carriage.InPart, null, "type source bind volume")
        .OnKubernetes(Carriage.NoEffect, "it is for Docker Desktop", "consistency")
        .OnKubernetes(Carriage.NotCarried, "volumes of images are not everywhere yet", "image");

    /// <summary><c>bind:</c> of a mount.</summary>
    public static KeyTable Bind { get; } = new KeyTable("bind", "create_host_path").Add(Carriage.NotCarried, null, "propagation recursive").Add(Carriage.NoEffect, null, "selinux")
        .OnKubernetes(Carriage.InPart, null, "propagation recursive")
        .OnKubernetes(Carriage.NoEffect, "labels of SELinux are the pod's: say `security_opt: [label=…]`", "selinux");

    /// <summary><c>volume:</c> of a mount.</summary>
    public static KeyTable MountVolume { get; } = new KeyTable("volume", "").Add(Carriage.NotCarried, null, "nocopy subpath").Add(Carriage.NoEffect, null, "labels")
        .OnKubernetes(Carriage.Carried, null, "nocopy subpath")
        .OnKubernetes(Carriage.NoEffect, "the labels of a claim are Towpath's", "labels");

    /// <summary><c>tmpfs:</c> of a mount.</summary>
    public static KeyTable Tmpfs { get; } = new KeyTable("tmpfs", "size").Add(Carriage.NoEffect, null, "mode")
        .OnKubernetes(Carriage.NoEffect, "everybody in the container may write to it", "mode");

    /// <summary>A long reference to a secret or config.</summary>
    public static KeyTable FileMount { get; } = new KeyTable("a secret or config of a service", "source target").Add(Carriage.NoEffect, "the file is readable by all users of its container", "uid gid mode")
        .OnKubernetes(Carriage.Carried, null, "mode")
        .OnKubernetes(Carriage.NoEffect, "files of a Secret or ConfigMap belong to root", "uid gid");

    /// <summary>An entry of <c>depends_on</c>.</summary>
    public static KeyTable Dependency { get; } = new KeyTable("depends_on", "condition required").Add(Carriage.NoEffect, "requests wait at the gateway while a service restarts", "restart")
        .OnKubernetes(Carriage.NoEffect, "a pod stays when one that it depends on restarts", "restart");

    /// <summary>A network of a service.</summary>
    public static KeyTable ServiceNetwork { get; } = new KeyTable("a network of a service", "")
        .Add(Carriage.NotCarried, Names, "aliases")
        .Add(Carriage.NotCarried, "Towpath assigns addresses", "ipv4_address ipv6_address link_local_ips mac_address")
        .Add(Carriage.NoEffect, "an environment has one network", "priority gw_priority driver_opts interface_name")
        .OnKubernetes(Carriage.InPart, null, "aliases")
        .OnKubernetes(Carriage.NotCarried, Addresses, "ipv4_address ipv6_address link_local_ips mac_address")
        .OnKubernetes(Carriage.NoEffect, OneNetwork, "priority gw_priority driver_opts interface_name");

    /// <summary>A network.</summary>
    public static KeyTable Network { get; } = new KeyTable("a network", "")
        .Add(Carriage.NotCarried, "an environment's network is its own", "external")
        .Add(Carriage.NotCarried, "containers of the one network can reach the outside", "internal")
        .Add(Carriage.NoEffect, "Towpath makes the one network of an environment", "name driver driver_opts ipam attachable enable_ipv4 enable_ipv6 labels")
        .OnKubernetes(Carriage.NotCarried, "policies keep the namespace of an environment apart from others", "external")
        .OnKubernetes(Carriage.Carried, null, "internal")
        .OnKubernetes(Carriage.NoEffect, "a network is a policy between pods, on the one network of the cluster", "name driver driver_opts ipam attachable enable_ipv4 enable_ipv6 labels");

    /// <summary>A volume.</summary>
    public static KeyTable Volume { get; } = new KeyTable("a volume", "")
        .Add(Carriage.NotCarried, "a volume belongs to one environment of one application", "external")
        .Add(Carriage.NotCarried, "volumes are made by the engine's default driver", "driver_opts")
        .Add(Carriage.NoEffect, "Towpath names volumes by application and environment", "name driver labels")
        .OnKubernetes(Carriage.InPart, null, "external driver_opts name")
        .OnKubernetes(Carriage.NoEffect, "a storage class makes volumes: name it under `kubernetes.storage` of the environment", "driver")
        .OnKubernetes(Carriage.NoEffect, "the labels of a claim are Towpath's", "labels");

    /// <summary>A secret.</summary>
    public static KeyTable Secret { get; } = new KeyTable("a secret", "file environment external x-towpath")
        .Add(Carriage.NoEffect, "Towpath keeps secrets by their key in this file", "name labels")
        .Add(Carriage.NotCarried, null, "driver driver_opts template_driver")
        .OnKubernetes(Carriage.NotCarried, "a Secret is the cluster's own kind, without drivers", "driver driver_opts template_driver");

    /// <summary><c>x-towpath</c> of a secret.</summary>
    public static KeyTable SecretDelivery { get; } = new("x-towpath of a secret", "generate");

    /// <summary>A config.</summary>
    public static KeyTable Config { get; } = new KeyTable("a config", "file content environment")
        .Add(Carriage.NoEffect, "Towpath keeps configs by their key in this file", "name labels")
        .Add(Carriage.NotCarried, "a release holds the content of its configs", "external template_driver");
}
