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
        SetShare share => $"{share.Service}: {share.Percent} % of the requests to the new revision",
        ParkReplica park => $"{park.Service}: old replica kept ready to come back",
        VerifyPrivately verify => $"{verify.Service}: verification \"{verify.Probe}\" on the private route",
        RevertMigration { Release: { } release } revert => $"migration of {revert.Service} of {release} taken back",
        RevertMigration revert => $"migration of {revert.Service} taken back",
        RetireReplica retire => $"{retire.Service}: old replica drained and gone",
        Verify verify => $"verification \"{verify.Probe}\"",
        CleanUp => "leftovers removed",
        RemoveEnvironment => "environment removed",
        _ => effect.Key,
    };

    /// <summary>What an effect does while it lasts, for sentences about one that failed.</summary>
    public static string Doing(Effect effect) => effect switch
    {
        CheckGates => "judging the gates",
        PrepareEnvironment => "preparing network, volumes, secrets and configs",
        ConfigureGateway => "configuring the gateway",
        EnsureResources => "bringing about declared resources",
        RunMigration migration => $"migrating for {migration.Service}",
        StartReplica start => $"starting {start.Service} #{start.Ordinal + 1}",
        AdmitReplica admit => $"letting {admit.Service} take requests",
        SetShare share => $"sharing the requests of {share.Service}",
        ParkReplica park => $"taking a replica of {park.Service} out of service",
        VerifyPrivately verify => $"asking {verify.Service} for verification \"{verify.Probe}\" on the private route",
        RevertMigration revert => $"taking back the migration of {revert.Service}",
        RetireReplica retire => $"retiring a replica of {retire.Service}",
        Verify verify => $"asking for verification \"{verify.Probe}\"",
        CleanUp => "removing leftovers",
        RemoveEnvironment => "removing the environment",
        _ => effect.Key,
    };
}
