namespace Towpath.Core.Applications;

/// <summary>Not each service can be replaced in each way.</summary>
public static class StrategyFit
{
    /// <summary>Why a service that is not a job can't be replaced in that way, as the end of a sentence about it; null where it can.</summary>
    public static string? Refusal(Service service, StrategyKind asked) => asked switch
    {
        StrategyKind.Recreate => null,
        _ when service.IsStateful => "it writes to a volume, and two processes at once would damage the data",
        StrategyKind.BlueGreen or StrategyKind.Canary when service.HttpPort is null => "no requests reach it through the gateway, so none can be shared out",
        _ => null,
    };
}
