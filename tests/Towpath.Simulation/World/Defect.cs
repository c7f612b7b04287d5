namespace Towpath.Simulation.World;

/// <summary>What can be wrong with an image.</summary>
internal enum Defect
{
    /// <summary>It never gets ready.</summary>
    NeverReady,

    /// <summary>Its process ends before anybody could ask it.</summary>
    EndsAtOnce,

    /// <summary>Its process ends after it was ready.</summary>
    EndsLater,

    /// <summary>Some of its answers are errors.</summary>
    Errors,

    /// <summary>Some of its answers are slow.</summary>
    Slow,

    /// <summary>Its migration fails.</summary>
    MigrationFails,

    /// <summary>It does not answer its verification.</summary>
    VerificationFails,

    /// <summary>It answers its verification for a while.</summary>
    SpoilsLater,
}
