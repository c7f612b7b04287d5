using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>What a strategy needs of its environment and its service.</summary>
internal static class StrategyCheck
{
    /// <summary>Tells of strategies that can't be judged, and of those that a service names for itself in vain.</summary>
    public static void Run(EnvironmentSpec environment, ImmutableArray<Service> services, DiagnosticBag bag)
    {
        foreach (var strategy in environment.Services.Values.Select(o => o.Strategy).Prepend(environment.Strategy).OfType<StrategySpec>())
        {
            if (strategy is { Analysis.MostSlow: not null, Location: { } place } && environment.Slo?.Latency is null)
            {
                bag.Add(StrategyDiagnostics.NoLatencyObjective(place, environment.Name));
            }
        }

        foreach (var (name, change) in environment.Services)
        {
            if (change.Strategy is { Location: { } place } strategy && services.FirstOrDefault(s => s.Name == name) is { } service
                && StrategyFit.WhyNot(strategy.Kind, service, services) is { } why)
            {
                bag.Add(StrategyDiagnostics.StrategyWithoutEffect(place, name, strategy.Kind.Word(), why));
            }
        }
    }
}
