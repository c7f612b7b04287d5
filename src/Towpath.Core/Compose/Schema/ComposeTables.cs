using static Towpath.Core.Compose.Schema.Shapes;

namespace Towpath.Core.Compose.Schema;

/// <summary>The Compose file itself and its resources, key by key as the specification has them.</summary>
internal static class ComposeTables
{
    private static Shape External { get; } = Flag.Or(Map(new Table("external") { ["name"] = Text }));

    private static Shape OpenExternal { get; } = Flag.Or(Map(new Table("external") { IsOpen = true, ["name"] = Text }));

    private static Table Network { get; } = new("a network")
    {
        ["name"] = Text,
        ["driver"] = Text,
        ["driver_opts"] = Options,
        ["ipam"] = Map(new Table("ipam")
        {
            ["driver"] = Text,
            ["config"] = ListOf(Map(new Table("an address pool")
            {
                ["subnet"] = Text,
                ["ip_range"] = Text,
                ["gateway"] = Text,
                ["aux_addresses"] = MapOf("aux_addresses", Text),
            })),
            ["options"] = MapOf("ipam options", Text),
        }) with
        { WhenMissing = Kinds.Mapping, IsKept = true },
        ["external"] = External,
        ["internal"] = Flag,
        ["enable_ipv4"] = Flag with { IsKept = true },
        ["enable_ipv6"] = Flag with { IsKept = true },
        ["attachable"] = Flag,
        ["labels"] = Pairs,
    };

    private static Table Volume { get; } = new("a volume")
    {
        ["name"] = Text,
        ["driver"] = Text,
        ["driver_opts"] = Options,
        ["external"] = External,
        ["labels"] = UniquePairs,
    };

    private static Table Secret { get; } = new("a secret")
    {
        ["name"] = Text,
        ["environment"] = Text,
        ["file"] = Text,
        ["external"] = OpenExternal,
        ["labels"] = UniquePairs,
        ["driver"] = Text,
        ["driver_opts"] = Options,
        ["template_driver"] = Text,
    };

    private static Table Config { get; } = new("a config")
    {
        ["name"] = Text,
        ["content"] = Text,
        ["environment"] = Text,
        ["file"] = Text,
        ["external"] = OpenExternal,
        ["labels"] = UniquePairs,
        ["template_driver"] = Text,
    };

    private static Table Model { get; } = new("a model")
    {
        Required = ["model"],
        ["name"] = Text,
        ["model"] = Text,
        ["context_size"] = new Shape(Kinds.Integer, Meaning.Whole),
        ["runtime_flags"] = Texts,
    };

    private static Table Include { get; } = new("an include")
    {
        IsExtensible = false,
        ["path"] = TextOrUniqueTexts,
        ["env_file"] = TextOrUniqueTexts,
        ["project_directory"] = Text,
    };

    /// <summary>The whole file.</summary>
    public static Shape Root { get; } = Map(new Table("a Compose file")
    {
        ["version"] = Text,
        ["name"] = Text,
        ["include"] = ListOf(Text.Or(Map(Include))),
        ["services"] = Resources("services", Map(ServiceTable.Service), Strictness.Closed) with { IsKept = true, WhenMissing = Kinds.Mapping },
        ["models"] = Resources("models", Map(Model), Strictness.Open) with { IsYamlOnly = true },
        ["networks"] = Resources("networks", Map(Network).Or(Kinds.Null), Strictness.Open),
        ["volumes"] = Resources("volumes", Map(Volume).Or(Kinds.Null), Strictness.Closed),
        ["secrets"] = Resources("secrets", Map(Secret), Strictness.Closed),
        ["configs"] = Resources("configs", Map(Config), Strictness.Closed),
    });

    private enum Strictness
    {
        Open,
        Closed,
    }

    // Names of networks and models that are no names of resources pass upstream, unlooked at.
    private static Shape Resources(string subject, Shape resource, Strictness strictness) => Map(new Table(subject)
    {
        Named = resource with { IsKept = true, WhenNull = NullForm.EmptyMapping },
        NameRule = IsResourceName,
        IsExtensible = false,
        IsOpen = strictness == Strictness.Open,
    });
}
