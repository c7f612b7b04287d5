using static Towpath.Core.Compose.Schema.Shapes;

namespace Towpath.Core.Compose.Schema;

/// <summary>Commands around a container's life, and <c>develop</c>, key by key.</summary>
internal static class HookTables
{
    /// <summary>A command run in the container.</summary>
    public static Table Hook { get; } = new("a hook")
    {
        Required = ["command"],
        ["command"] = Command,
        ["user"] = Text,
        ["privileged"] = Flag,
        ["working_dir"] = Text,
        ["environment"] = UniqueVariables,
    };

    /// <summary>A command run before the container starts, in one of its own.</summary>
    public static Table PreStart { get; } = new("a hook")
    {
        ["command"] = Command,
        ["image"] = Text,
        ["per_replica"] = Flag,
        ["user"] = Text,
        ["privileged"] = Flag,
        ["working_dir"] = Text,
        ["environment"] = UniqueVariables,
    };

    /// <summary>What happens while a developer works.</summary>
    public static Table Develop { get; } = new("develop")
    {
        ["watch"] = ListOf(Map(new Table("a watch")
        {
            Required = ["path", "action"],
            ["ignore"] = TextOrUniqueTexts,
            ["include"] = TextOrUniqueTexts,
            ["path"] = Text,
            ["action"] = OneOf("rebuild", "sync", "restart", "sync+restart", "sync+exec"),
            ["target"] = Text,
            ["exec"] = Map(Hook) with { IsKept = true, WhenMissing = Kinds.Mapping },
            ["initial_sync"] = StrictFlag,
        })),
    };
}
