using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>depends_on:</c> of a service.</summary>
internal sealed class DependencyReader(ProjectReading project)
{
    /// <summary>The dependencies in source order.</summary>
    public ImmutableArray<Dependency> Read(YamlNode? node) => [.. (project.Values.Mapping(node, "depends_on")?.Entries ?? []).Select(ReadOne)];

    private Dependency ReadOne(YamlEntry entry)
    {
        var value = entry.Value.IsNull ? null : project.Values.Mapping(entry.Value, CarriedKeys.Dependency);
        var word = project.Values.Word(
            value?.Get("condition"),
            "condition",
            "service_started",
            "service_healthy",
            "service_completed_successfully");
        var condition = word switch
        {
            "service_healthy" => DependencyCondition.Healthy,
            "service_completed_successfully" => DependencyCondition.Completed,
            _ => DependencyCondition.Started,
        };
        var required = project.Values.Boolean(value?.Get("required"), "required") ?? true;
        return new Dependency(entry.Name, condition, required, entry.Key.Location);
    }
}
