using static Towpath.Core.Compose.Schema.Shapes;

namespace Towpath.Core.Compose.Schema;

/// <summary>What a service and its build share, key by key.</summary>
internal static class SharedTables
{
    private static Table Ulimit { get; } = new("a ulimit")
    {
        Required = ["soft", "hard"],
        ["hard"] = Whole,
        ["soft"] = Whole,
    };

    /// <summary>Limits of the kernel, each one number or a soft and a hard one.</summary>
    public static Shape Ulimits { get; } = Map(new Table("ulimits")
    {
        Named = Whole.Or(Map(Ulimit)) with { IsKept = true },
        NameRule = static name => !name.AsSpan().ContainsAnyExceptInRange('a', 'z'),
        IsExtensible = false,
        IsOpen = true,
    });

    /// <summary>References to secrets or configs while an image is built.</summary>
    public static Shape BuildFiles { get; } = ListOf(Text.Or(Map(FileMount("a secret of a build", new Shape(Kinds.Number | Kinds.Text, Meaning.FileMode)))));

    /// <summary>Devices that a driver hands out.</summary>
    public static Shape DeviceRequests(bool isOpen) => ListOf(Map(new Table("a device request")
    {
        Required = isOpen ? [] : ["capabilities"],
        IsOpen = isOpen,
        ["capabilities"] = UniqueTexts,
        ["count"] = new Shape(Kinds.Integer | Kinds.Text, Meaning.DeviceCount),
        ["device_ids"] = UniqueTexts,
        ["driver"] = Text,
        ["options"] = UniquePairs,
    }));

    /// <summary>A secret or config seen as a file.</summary>
    public static Table FileMount(string subject, Shape mode) => new(subject)
    {
        ["source"] = Text,
        ["target"] = Text,
        ["uid"] = Text,
        ["gid"] = Text,
        ["mode"] = mode with { IsKept = true },
    };
}
