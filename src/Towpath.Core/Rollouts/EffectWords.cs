namespace Towpath.Core.Rollouts;

/// <summary>What an effect is, in words for people.</summary>
public static class EffectWords
{
    /// <summary>A few words without a full stop.</summary>
    public static string Of(Effect effect) => effect switch
    {
        CheckGates => "gates judged",
        PrepareEnvironment => "network, volumes, secrets and configs",
        ConfigureGateway { Side: Side.Both } => "gateway",
        ConfigureGateway => "gateway's routes settled",
        EnsureResources => "declared resources",
        RunMigration migration => $"migration of {migration.Service}",
        StartReplica start => $"{start.Service} #{start.Ordinal + 1} started",
        AdmitReplica admit => $"{admit.Service} takes requests",
        RetireReplica retire => $"{retire.Service}: old replica drained and gone",
        Verify verify => $"verification \"{verify.Probe}\"",
        CleanUp => "leftovers removed",
        RemoveEnvironment => "environment removed",
        _ => effect.Key,
    };
}
