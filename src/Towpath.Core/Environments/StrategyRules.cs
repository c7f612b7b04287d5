using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Which strategy a service really gets: not each can be replaced in each way.</summary>
public static class StrategyRules
{
    /// <summary>The strategy of a service that is not a job, where <paramref name="asked"/> is asked for.</summary>
    public static RolloutStrategy Of(Service service, StrategySpec asked) => Refusal(service, asked.Kind) is not null
        ? service.IsStateful ? RolloutStrategy.Recreate : RolloutStrategy.Rolling
        : asked.Kind switch
        {
            StrategyKind.BlueGreen => RolloutStrategy.BlueGreen,
            StrategyKind.Canary => RolloutStrategy.Canary,
            StrategyKind.Recreate => RolloutStrategy.Recreate,
            _ => RolloutStrategy.Rolling,
        };

    /// <summary>Why a service can't be replaced in that way, as the end of a sentence about it; null where it can.</summary>
    public static string? Refusal(Service service, StrategyKind asked) => asked switch
    {
        StrategyKind.Recreate => null,
        _ when service.IsStateful => "it writes to a volume, and two processes at once would damage the data",
        StrategyKind.BlueGreen or StrategyKind.Canary when service.HttpPort is null => "no requests reach it through the gateway, so none can be shared out",
        _ => null,
    };
}
