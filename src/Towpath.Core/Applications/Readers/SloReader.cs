using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>slo:</c> of an environment.</summary>
internal sealed class SloReader(ProjectReading project)
{
    private static readonly KeyTable SloKeys = new("slo", "availability latency window");
    private static readonly KeyTable LatencyKeys = new("latency", "p50 p75 p90 p95 p99 p999");

    // Which share of the answers a percentile speaks of.
    private static readonly Dictionary<string, double> Percentiles = new(StringComparer.Ordinal)
    {
        ["p50"] = 0.5,
        ["p75"] = 0.75,
        ["p90"] = 0.9,
        ["p95"] = 0.95,
        ["p99"] = 0.99,
        ["p999"] = 0.999,
    };

    private readonly NodeReader _values = project.Values;
    private readonly QuantityReader _quantities = new(project);

    /// <summary>What stands there; null where nothing does, and after an error.</summary>
    public SloSpec? Read(YamlNode? node)
    {
        if (_values.Mapping(node, SloKeys) is not { } slo)
        {
            return null;
        }

        if (slo.Get("availability") is null && slo.Get("latency") is null)
        {
            project.Bag.Add(StrategyDiagnostics.SloPromisesNothing(slo.Location));
            return null;
        }

        var availability = _quantities.Share(slo.Get("availability"), "slo.availability");
        var (latency, share) = Latency(slo.Get("latency"));
        return new SloSpec(availability, latency, share, _quantities.Time(slo.Get("window"), "slo.window") ?? SloSpec.UsualWindow, node!.Location);
    }

    private (TimeSpan? Latency, double Share) Latency(YamlNode? node)
    {
        if (_values.Mapping(node, LatencyKeys) is not { } latency)
        {
            return (null, 0);
        }

        if (latency.Entries.Where(e => Percentiles.ContainsKey(e.Name)).ToList() is [var only])
        {
            return (_quantities.Time(only.Value, $"latency.{only.Name}"), Percentiles[only.Name]);
        }

        project.Bag.Add(StrategyDiagnostics.LatencyChoice(latency.Location, LatencyKeys.Known));
        return (null, 0);
    }
}
