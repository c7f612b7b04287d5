using System.Globalization;
using Towpath.Core.Applications;

namespace Towpath.Core.Handover;

/// <summary>What is said about an environment.</summary>
internal static class EnvironmentFacts
{
    /// <summary>The sheet of one environment.</summary>
    public static EnvironmentSheet Of(EnvironmentSpec environment, bool isLowest) => new(
        environment.Name,
        [
            new("Address", environment.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{environment.Address}:{port}") : $"{environment.Address}, a port that Towpath assigns and keeps"),
            new("Entered", environment.Automatic ? "by itself, once the gates hold" : "on towpath promote, once the gates hold"),
            new("Gates", string.Join("; ", GateFacts.Of(environment.Gates, isLowest))),
            new("Replaced", Strategy(environment.Strategy)),
            new("Verified by", environment.Verify.IsEmpty ? null : string.Join("; ", environment.Verify.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Path} answers {p.ExpectStatus}")))),
            new("Ready within", ServiceFacts.Time(environment.ReadyTimeout)),
            .. environment.Slo is { } slo ? [new SheetFact("Promised", Promise(slo))] : Array.Empty<SheetFact>(),
            .. environment.Services.Select(change => new SheetFact($"Differs for {change.Key}", Difference(change.Value))),
        ]);

    private static string Strategy(StrategySpec strategy) => strategy.Kind switch
    {
        StrategyKind.BlueGreen => "all at once, after the new replicas were asked on a private route",
        StrategyKind.Canary => $"with {string.Join(", ", strategy.Steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s} %")))} of the requests first, {ServiceFacts.Time(strategy.Interval)} each",
        StrategyKind.Recreate => "old replicas go before new ones start",
        _ => "replica by replica",
    };

    private static string Promise(SloSpec slo) => string.Join("; ", new[]
    {
        slo.Availability is { } availability ? $"{GateFacts.Share(availability)} of requests succeed" : null,
        slo.Latency is { } latency
            ? string.Create(CultureInfo.InvariantCulture, $"{GateFacts.Share(slo.LatencyShare)} of answers within {latency.TotalMilliseconds:0} ms")
            : null,
    }.OfType<string>());

    // Values of variables are left out: any of them may be a secret.
    private static string Difference(ServiceOverride change) => string.Join("; ", Parts(change));

    private static IEnumerable<string> Parts(ServiceOverride change)
    {
        if (change.Replicas is { } replicas)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{replicas} replicas");
        }

        if (!change.Environment.IsEmpty)
        {
            yield return $"its own {string.Join(", ", change.Environment.Keys)}";
        }

        if (change.Strategy is { } strategy)
        {
            yield return $"replaced {Strategy(strategy)}";
        }
    }
}
