using NodaTime;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>x-towpath.schedule</c>.</summary>
internal sealed class ScheduleReader(ProjectReading project)
{
    private static readonly KeyTable Keys = new("schedule", "cron zone");
    private readonly NodeReader _values = project.Values;

    /// <summary>What stands there; null for nothing and after an error.</summary>
    public ScheduleSpec? Read(YamlEntry? entry)
    {
        if (entry is null || entry.Value.IsNull)
        {
            return null;
        }

        if (project.ForContainers)
        {
            project.Bag.Add(ScaleDiagnostics.ScheduleOnContainers(entry.Key.Location));
        }

        var mapping = entry.Value is YamlScalar ? null : _values.Mapping(entry.Value, Keys);
        if (entry.Value is not YamlScalar && (mapping is null || !_values.Require(mapping.Get("cron"), mapping, "schedule", "cron")))
        {
            return null;
        }

        var node = mapping is null ? entry.Value : mapping.Get("cron")!;
        if (_values.NonEmpty(node, "schedule") is not { } text)
        {
            return null;
        }

        var cron = CronText.Read(text, out var problem);
        if (problem is not null)
        {
            project.Bag.Add(ScaleDiagnostics.BadCron(node.Location, text, problem));
        }

        var zone = Zone(mapping?.Get("zone"));
        return cron is null ? null : new ScheduleSpec(cron, zone, entry.Key.Location);
    }

    private string? Zone(YamlNode? node)
    {
        if (_values.NonEmpty(node, "zone") is not { } zone)
        {
            return null;
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
        {
            project.Bag.Add(GateSpecDiagnostics.UnknownZone(node!.Location, zone, DateTimeZoneProviders.Tzdb.Ids));
        }

        return zone;
    }
}
