using static Towpath.Core.Compose.Schema.Shapes;

namespace Towpath.Core.Compose.Schema;

/// <summary>Ports and mounts of a service in their long form, key by key.</summary>
internal static class MountTables
{
    /// <summary>A port.</summary>
    public static Table Port { get; } = new("a port")
    {
        ["name"] = Text,
        ["mode"] = Text,
        ["host_ip"] = Text,
        ["target"] = Whole,
        ["published"] = new Shape(Kinds.Integer | Kinds.Text),
        ["protocol"] = Text,
        ["app_protocol"] = Text,
    };

    /// <summary>A mount.</summary>
    public static Table Mount { get; } = new("a mount")
    {
        Required = ["type"],
        ["type"] = OneOf("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
        ["source"] = Text,
        ["target"] = Text,
        ["read_only"] = Flag,
        ["consistency"] = Text,
        ["bind"] = Map(new Table("bind")
        {
            ["propagation"] = Text,
            ["create_host_path"] = Flag with { IsOptOut = true },
            ["recursive"] = OneOf("enabled", "disabled", "writable", "readonly"),
            ["selinux"] = OneOf("z", "Z"),
        }) with
        { IsKept = true },
        ["volume"] = Map(new Table("volume") { ["labels"] = UniquePairs, ["nocopy"] = Flag, ["subpath"] = Text }) with { IsKept = true },
        ["tmpfs"] = Map(new Table("tmpfs")
        {
            ["size"] = WholeBytes with { Min = 0 },
            ["mode"] = new Shape(Kinds.Number | Kinds.Text, Meaning.Whole),
        }) with
        { IsKept = true },
        ["image"] = Map(new Table("image") { ["subpath"] = Text }) with { IsKept = true },
    };
}
