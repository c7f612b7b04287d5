namespace Towpath.Core.Compose.Composition;

/// <summary>How two values of the same key become one.</summary>
internal enum MergeRule
{
    /// <summary>Mappings key by key, lists one after the other, anything else: the later one.</summary>
    Join,

    /// <summary>The later one.</summary>
    Replace,

    /// <summary>Both as lists (<c>NAME=value</c>), one after the other.</summary>
    Lists,

    /// <summary>Both as lists, without what is there already.</summary>
    NewItems,

    /// <summary>Both as mappings, where a list gives names only.</summary>
    Names,

    /// <summary>Both as mappings, where a list gives services that have to be started.</summary>
    Dependencies,

    /// <summary>Both as mappings, where a text is the context.</summary>
    Build,

    /// <summary>Key by key where both have the same driver, else the later one.</summary>
    SameDriver,

    /// <summary>Items with the same subnet become one.</summary>
    Subnets,
}

/// <summary>Where files are merged otherwise than key by key, and which lists hold each key once.</summary>
internal static class MergeRules
{
    /// <summary>How values are merged.</summary>
    public static PathTable<MergeRule> Places { get; } = new PathTable<MergeRule>()
        .Add(MergeRule.Replace, "services.*.command services.*.entrypoint services.*.healthcheck.test services.*.ulimits.*")
        .Add(MergeRule.Lists, """
            networks.*.labels volumes.*.labels
            services.*.annotations services.*.build.args services.*.build.additional_contexts services.*.build.labels services.*.deploy.labels
            services.*.dns services.*.dns_opt services.*.dns_search services.*.env_file services.*.label_file services.*.environment
            services.*.labels services.*.volumes.*.volume.labels services.*.sysctls services.*.tmpfs
            """)
        .Add(MergeRule.NewItems, "services.*.extra_hosts services.*.build.extra_hosts")
        .Add(MergeRule.Names, "services.*.networks services.*.models")
        .Add(MergeRule.Dependencies, "services.*.depends_on")
        .Add(MergeRule.Build, "services.*.build")
        .Add(MergeRule.SameDriver, "services.*.logging")
        .Add(MergeRule.Subnets, "networks.*.ipam.config");

    /// <summary>By what the items of a list are told apart.</summary>
    public static PathTable<UniqueBy> Unique { get; } = new PathTable<UniqueBy>()
        .Add(UniqueBy.Name, """
            networks.*.labels networks.*.ipam.options
            services.*.annotations services.*.build.args services.*.build.additional_contexts services.*.build.platform services.*.build.tags
            services.*.build.labels services.*.cap_add services.*.cap_drop services.*.deploy.labels services.*.dns services.*.dns_opt
            services.*.dns_search services.*.environment services.*.labels services.*.links services.*.networks.*.aliases
            services.*.networks.*.link_local_ips services.*.profiles services.*.sysctls services.*.tmpfs
            """)
        .Add(UniqueBy.VolumeTarget, "services.*.volumes")
        .Add(UniqueBy.DeviceTarget, "services.*.devices")
        .Add(UniqueBy.SecretTarget, "services.*.secrets")
        .Add(UniqueBy.ConfigTarget, "services.*.configs")
        .Add(UniqueBy.File, "services.*.env_file")
        .Add(UniqueBy.Port, "services.*.ports")
        .Add(UniqueBy.Value, "services.*.expose");
}

/// <summary>What makes two items of a list the same; the later one takes the place of the earlier.</summary>
internal enum UniqueBy
{
    /// <summary>They are never the same.</summary>
    Nothing,

    /// <summary>The text before <c>=</c>.</summary>
    Name,

    /// <summary>The whole value.</summary>
    Value,

    /// <summary>Where a volume is mounted.</summary>
    VolumeTarget,

    /// <summary>The device in the container.</summary>
    DeviceTarget,

    /// <summary>Where a secret is mounted.</summary>
    SecretTarget,

    /// <summary>Where a config is mounted.</summary>
    ConfigTarget,

    /// <summary>The path of a file.</summary>
    File,

    /// <summary>Address, ports and protocol.</summary>
    Port,
}
