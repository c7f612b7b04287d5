using static Towpath.Core.Compose.Schema.Shapes;

namespace Towpath.Core.Compose.Schema;

/// <summary>A service, key by key as the specification has them.</summary>
internal static class ServiceTable
{
    private static Shape ServiceFiles { get; } = ListOf(
        Text.Or(Map(SharedTables.FileMount("a secret or config of a service", new Shape(Kinds.Number | Kinds.Text, Meaning.FileMode)))));

    private static Table Dependency { get; } = new("an entry of depends_on")
    {
        Required = ["condition"],
        ["restart"] = Flag,
        ["required"] = StrictFlag with { IsKept = true },
        ["condition"] = OneOf("service_started", "service_healthy", "service_completed_successfully"),
    };

    private static Table NetworkOfService { get; } = new("a network of a service")
    {
        ["aliases"] = Texts,
        ["interface_name"] = Text,
        ["ipv4_address"] = Text,
        ["ipv6_address"] = Text,
        ["link_local_ips"] = Texts,
        ["mac_address"] = Text,
        ["driver_opts"] = Options,
        ["priority"] = new Shape(Kinds.Number, Meaning.Whole),
        ["gw_priority"] = new Shape(Kinds.Number, Meaning.Whole),
    };

    private static Table EnvFile { get; } = new("an env_file")
    {
        IsExtensible = false,
        Required = ["path"],
        ["path"] = Text,
        ["format"] = Text,
        ["required"] = Flag with { IsOptOut = true },
    };

    private static Table Healthcheck { get; } = new("healthcheck")
    {
        ["disable"] = Flag,
        ["interval"] = KeptDuration,
        ["retries"] = Number with { IsKept = true },
        ["test"] = TextOrTexts,
        ["timeout"] = KeptDuration,
        ["start_period"] = KeptDuration,
        ["start_interval"] = KeptDuration,
    };

    private static Table Provider { get; } = new("provider")
    {
        Required = ["type"],
        ["type"] = Text,
        ["options"] = MapOf("provider options", new Shape(Kinds.Scalar).Or(ListOf(new Shape(Kinds.Scalar)))),
    };

    private static Table ModelOfService { get; } = new("a model of a service")
    {
        ["endpoint_var"] = Text,
        ["model_var"] = Text,
    };

    /// <summary>One service.</summary>
    public static Table Service { get; } = new("a service")
    {
        ["annotations"] = Pairs,
        ["attach"] = Flag with { IsKept = true },
        ["blkio_config"] = Map(BlockIoTable.BlockIo),
        ["build"] = Text.Or(Map(BuildTable.Build)),
        ["cap_add"] = Texts,
        ["cap_drop"] = Texts,
        ["cgroup"] = OneOf("host", "private"),
        ["cgroup_parent"] = Text,
        ["command"] = Command,
        ["configs"] = ServiceFiles,
        ["container_name"] = Text with { Form = "two or more letters, digits, dots, hyphens or underscores, the first a letter or digit", Matches = HasContainerName },
        ["cpu_count"] = Whole with { Min = 0 },
        ["cpu_percent"] = new Shape(Kinds.Integer | Kinds.Text, Meaning.Fraction) { Min = 0, Max = 100 },
        ["cpu_period"] = Number,
        ["cpu_quota"] = Number,
        ["cpu_rt_period"] = Number,
        ["cpu_rt_runtime"] = Number,
        ["cpu_shares"] = Number,
        ["cpus"] = Fraction,
        ["cpuset"] = Text,
        ["credential_spec"] = Map(new Table("credential_spec") { ["config"] = Text, ["file"] = Text, ["registry"] = Text }),
        ["depends_on"] = UniqueTexts.Or(Map(new Table("depends_on") { Named = Map(Dependency), NameRule = IsResourceName, IsExtensible = false })),
        ["deploy"] = Map(DeployTable.Deploy).Or(Kinds.Null),
        ["develop"] = Map(HookTables.Develop).Or(Kinds.Null),
        ["device_cgroup_rules"] = UniqueTexts,
        ["devices"] = ListOf(
            Text.Or(Map(new Table("a device") { Required = ["source"], ["source"] = Text, ["target"] = Text, ["permissions"] = Text }))),
        ["dns"] = TextOrTexts,
        ["dns_opt"] = Texts,
        ["dns_search"] = TextOrTexts,
        ["domainname"] = Text,
        ["entrypoint"] = Command,
        ["env_file"] = Text.Or(ListOf(Text.Or(Map(EnvFile)))),
        ["environment"] = Variables,
        ["expose"] = ListOf(TextOrNumber),
        ["extends"] = Text.Or(Map(new Table("extends") { IsExtensible = false, Required = ["service"], ["service"] = Text, ["file"] = Text })),
        ["external_links"] = UniqueTexts,
        ["extra_hosts"] = Hosts,
        ["gpus"] = OneOf("all").Or(SharedTables.DeviceRequests(isOpen: true)),
        ["group_add"] = ListOf(TextOrNumber, isUnique: true),
        ["healthcheck"] = Map(Healthcheck) with { IsKept = true },
        ["hostname"] = Text,
        ["image"] = Text,
        ["init"] = Flag with { IsKept = true },
        ["ipc"] = Text,
        ["isolation"] = Text,
        ["label_file"] = TextOrTexts,
        ["labels"] = Pairs,
        ["links"] = Texts,
        ["logging"] = Map(new Table("logging") { ["driver"] = Text, ["options"] = MapOf("logging options", TextOrNumber.Or(Kinds.Null) with { IsKept = true, WhenNull = NullForm.EmptyText }) }) with { IsKept = true },
        ["mac_address"] = Text,
        ["mem_limit"] = Bytes,
        ["mem_reservation"] = WholeBytes,
        ["mem_swappiness"] = WholeBytes,
        ["memswap_limit"] = Bytes,
        ["models"] = UniqueTexts.Or(Map(new Table("models")
        {
            Named = Map(ModelOfService).Or(Kinds.Null) with { IsKept = true, WhenNull = NullForm.Null },
            NameRule = IsResourceName,
            IsExtensible = false,
            IsOpen = true,
        })),
        ["network_mode"] = Text,
        ["networks"] = UniqueTexts.Or(Map(new Table("networks")
        {
            Named = Map(NetworkOfService).Or(Kinds.Null) with { IsKept = true, WhenNull = NullForm.Null },
            NameRule = IsResourceName,
            IsExtensible = false,
        })),
        ["oom_kill_disable"] = Flag,
        ["oom_score_adj"] = Whole with { Min = -1000, Max = 1000 },
        ["pid"] = Text.Or(Kinds.Null),
        ["pids_limit"] = Number,
        ["platform"] = Text,
        ["ports"] = ListOf(TextOrNumber.Or(Map(MountTables.Port))),
        ["post_start"] = ListOf(Map(HookTables.Hook)),
        ["pre_start"] = ListOf(Map(HookTables.PreStart)),
        ["pre_stop"] = ListOf(Map(HookTables.Hook)),
        ["privileged"] = Flag,
        ["profiles"] = Texts,
        ["provider"] = Map(Provider),
        ["pull_policy"] = Text with { Form = "always, never, build, if_not_present, missing, refresh, daily, weekly, or every_ with a time such as every_12h", Matches = HasPullPolicy },
        ["pull_refresh_after"] = Text,
        ["read_only"] = Flag,
        ["restart"] = Text,
        ["runtime"] = Text,
        ["scale"] = Whole with { IsKept = true },
        ["secrets"] = ServiceFiles,
        ["security_opt"] = UniqueTexts,
        ["shm_size"] = Bytes,
        ["stdin_open"] = Flag,
        ["stop_grace_period"] = KeptDuration,
        ["stop_signal"] = Text,
        ["storage_opt"] = MapOf("storage_opt", new Shape(Kinds.Any)),
        ["sysctls"] = Pairs,
        ["tmpfs"] = TextOrTexts,
        ["tty"] = Flag,
        ["ulimits"] = SharedTables.Ulimits,
        ["use_api_socket"] = StrictFlag,
        ["user"] = Text,
        ["userns_mode"] = Text,
        ["uts"] = Text,
        ["volumes"] = ListOf(Text.Or(Map(MountTables.Mount))),
        ["volumes_from"] = UniqueTexts,
        ["working_dir"] = Text,
    };

    // The specification's pattern is not anchored: a name somewhere in the text is enough.
    private static bool HasContainerName(string text)
    {
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(text[i]) && (char.IsAsciiLetterOrDigit(text[i + 1]) || text[i + 1] is '_' or '.' or '-'))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasPullPolicy(string text)
    {
        foreach (var word in PullPolicies)
        {
            if (text.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        var every = text.IndexOf("every_", StringComparison.Ordinal);
        var time = every < 0 ? "" : text[(every + "every_".Length)..];
        var digits = time.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && time[digits] is 'w' or 'd' or 'h' or 'm' or 's';
    }

    private static readonly string[] PullPolicies = ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"];
}
