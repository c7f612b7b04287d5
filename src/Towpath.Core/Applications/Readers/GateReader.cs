using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>gates:</c> of an environment. A gate that can't be checked is an error: none is ever skipped in silence.</summary>
internal sealed class GateReader(ProjectReading project)
{
    private static readonly string[] Carried = ["soak", "confirmation"];
    private static readonly string[] NotCarried = ["request", "window", "contract", "budget", "verification", "pipeline"];
    private static readonly KeyTable ConfirmationKeys = new("confirmation", "roles distinct");

    /// <summary>The environment with its gates.</summary>
    public EnvironmentSpec Apply(YamlNode? node, EnvironmentSpec environment)
    {
        foreach (var item in project.Values.Items(node, "gates"))
        {
            if (item is YamlScalar)
            {
                environment = project.Values.NonEmpty(item, "a gate") is { } name ? Apply(name, item, null, environment) : environment;
                continue;
            }

            foreach (var entry in project.Values.Mapping(item, "a gate")?.Entries ?? [])
            {
                environment = Apply(entry.Name, entry.Key, entry.Value.IsNull ? null : entry.Value, environment);
            }
        }

        return environment;
    }

    private EnvironmentSpec Apply(string gate, YamlNode place, YamlNode? value, EnvironmentSpec environment)
    {
        switch (gate)
        {
            case "soak" when value is null:
                project.Bag.Add(ValueDiagnostics.MissingKey(place.Location, "the gate soak", "a duration"));
                return environment;
            case "soak":
                return environment with { Gates = environment.Gates with { Soak = project.Values.Duration(value, "soak") ?? environment.Gates.Soak } };
            case "confirmation":
                return Confirmation(place, value, environment);
            default:
                project.Bag.Add(NotCarried.Contains(gate)
                    ? LadderDiagnostics.GateNotCarried(place.Location, gate)
                    : LadderDiagnostics.UnknownGate(place.Location, gate, Carried.Concat(NotCarried)));
                return environment;
        }
    }

    private EnvironmentSpec Confirmation(YamlNode place, YamlNode? value, EnvironmentSpec environment)
    {
        var confirmation = project.Values.Mapping(value, ConfirmationKeys);
        var roles = project.Values.Texts(confirmation?.Get("roles"), "roles");
        if (roles.All(string.IsNullOrWhiteSpace))
        {
            project.Bag.Add(LadderDiagnostics.NoRoles(place.Location));
        }

        return environment with
        {
            Gates = environment.Gates with
            {
                Confirmation = new ConfirmationSpec(
                    [.. roles.Distinct(StringComparer.Ordinal)], project.Values.Boolean(confirmation?.Get("distinct"), "distinct") ?? false),
            },
        };
    }
}
