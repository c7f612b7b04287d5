using static Towpath.Core.Compose.Schema.Shapes;

namespace Towpath.Core.Compose.Schema;

/// <summary><c>deploy</c> of a service, key by key.</summary>
internal static class DeployTable
{
    private static Shape LimitKeys { get; } = Map(new Table("deploy.resources.limits")
    {
        ["cpus"] = Fraction,
        ["memory"] = new Shape(Kinds.Text, Meaning.Bytes),
        ["pids"] = Whole,
    });

    private static Shape ReservationKeys { get; } = Map(new Table("deploy.resources.reservations")
    {
        ["cpus"] = Fraction,
        ["memory"] = new Shape(Kinds.Text, Meaning.Bytes),
        ["generic_resources"] = ListOf(Map(new Table("a generic resource")
        {
            ["discrete_resource_spec"] = Map(new Table("discrete_resource_spec")
            {
                ["kind"] = Text with { IsKept = true },
                ["value"] = Fraction with { Meaning = Meaning.Whole, IsKept = true },
            }),
        })),
        ["devices"] = SharedTables.DeviceRequests(isOpen: false),
    });

    private static Table Change(string subject) => new(subject)
    {
        ["parallelism"] = Whole with { IsKept = true },
        ["delay"] = Duration,
        ["failure_action"] = Text,
        ["monitor"] = Duration,
        ["max_failure_ratio"] = Fraction,
        ["order"] = OneOf("start-first", "stop-first"),
    };

    /// <summary>How a service is deployed.</summary>
    public static Table Deploy { get; } = new("deploy")
    {
        ["mode"] = Text,
        ["endpoint_mode"] = Text,
        ["replicas"] = Whole with { IsKept = true },
        ["labels"] = Pairs,
        ["rollback_config"] = Map(Change("rollback_config")) with { IsKept = true },
        ["update_config"] = Map(Change("update_config")) with { IsKept = true },
        ["resources"] = Map(new Table("deploy.resources")
        {
            ["limits"] = LimitKeys with { IsKept = true },
            ["reservations"] = ReservationKeys with { IsKept = true },
        }) with
        { IsKept = true, WhenMissing = Kinds.Mapping },
        ["restart_policy"] = Map(new Table("restart_policy")
        {
            ["condition"] = Text,
            ["delay"] = KeptDuration,
            ["max_attempts"] = Whole with { IsKept = true },
            ["window"] = KeptDuration,
        }) with
        { IsKept = true },
        ["placement"] = Map(new Table("placement")
        {
            ["constraints"] = Texts,
            ["preferences"] = ListOf(Map(new Table("a placement preference") { ["spread"] = Text })),
            ["max_replicas_per_node"] = Whole,
        }) with
        { IsKept = true, WhenMissing = Kinds.Mapping },
    };
}
