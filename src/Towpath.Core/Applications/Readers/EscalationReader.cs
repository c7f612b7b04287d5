using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>escalation:</c> of an environment, or of the file for all of them.</summary>
internal sealed class EscalationReader(ProjectReading project)
{
    private static readonly KeyTable Keys = new("escalation", "channel meeting supervisor");
    private readonly QuantityReader _quantities = new(project);

    /// <summary>What stands there; null for nothing, and after an error.</summary>
    public EscalationSpec? Read(YamlNode? node)
    {
        if (project.Values.Mapping(node, Keys) is not { } escalation || !Names.Aggregate(true, (all, name) => project.Values.Require(escalation.Get(name), escalation, Keys.Subject, name) && all))
        {
            return null;
        }

        var times = Names.Select(name => _quantities.Time(escalation.Get(name), $"escalation.{name}")).ToList();
        if (times.Contains(null))
        {
            return null;
        }

        if (times[0] < times[1] && times[1] < times[2])
        {
            return new EscalationSpec(times[0]!.Value, times[1]!.Value, times[2]!.Value);
        }

        project.Bag.Add(GateSpecDiagnostics.EscalationOutOfOrder(escalation.Location));
        return null;
    }

    private static readonly string[] Names = ["channel", "meeting", "supervisor"];
}
