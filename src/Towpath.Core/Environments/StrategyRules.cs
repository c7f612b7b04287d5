using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Which strategy a service really gets: not each can be replaced in each way.</summary>
public static class StrategyRules
{
    /// <summary>The strategy of a service that is not a job, where <paramref name="asked"/> is asked for.</summary>
    public static RolloutStrategy Of(Service service, StrategySpec asked) => StrategyFit.Refusal(service, asked.Kind) is not null
        ? service.IsStateful ? RolloutStrategy.Recreate : RolloutStrategy.Rolling
        : asked.Kind switch
        {
            StrategyKind.BlueGreen => RolloutStrategy.BlueGreen,
            StrategyKind.Canary => RolloutStrategy.Canary,
            StrategyKind.Recreate => RolloutStrategy.Recreate,
            _ => RolloutStrategy.Rolling,
        };
}
