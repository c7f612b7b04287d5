using System.Collections.Immutable;

namespace Towpath.Core.Applications;

/// <summary>Whether a service can be replaced in the way that is asked for: not each can in each.</summary>
public static class StrategyFit
{
    /// <summary>Why it can't, as the end of a sentence about the service; null where it can.</summary>
    /// <param name="kind">The way that is asked for.</param>
    /// <param name="service">The service.</param>
    /// <param name="services">All services of the application.</param>
    public static string? WhyNot(StrategyKind kind, Service service, ImmutableArray<Service> services) =>
        WhyNot(kind, service, services.Any(s => s.DependsOn.Any(d => d.Service == service.Name && d.Condition == DependencyCondition.Completed)));

    /// <summary>Why it can't, as the end of a sentence about the service; null where it can.</summary>
    /// <param name="kind">The way that is asked for.</param>
    /// <param name="service">The service.</param>
    /// <param name="isJob">Another service waits until it has completed.</param>
    public static string? WhyNot(StrategyKind kind, Service service, bool isJob) => kind switch
    {
        StrategyKind.Recreate => null,
        _ when service.IsStateful => "it writes to a volume, so that the old replica must be gone before the new one starts",
        _ when isJob =>
            "it is a job, which runs once to its end",
        StrategyKind.Canary or StrategyKind.BlueGreen when service.HttpPort is null => "it takes no requests through the gateway, so that none can be shared out",
        _ => null,
    };
}
