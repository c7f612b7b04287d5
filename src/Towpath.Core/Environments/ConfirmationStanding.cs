using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>How far the confirmation of a release for an environment has come.</summary>
/// <param name="Asked">What is asked for.</param>
/// <param name="Covers">Hash of what a yes covers as it is now.</param>
/// <param name="Confirmations">Each yes that was said, oldest first.</param>
/// <param name="Missing">Roles in which nobody has said a yes that counts.</param>
public sealed record ConfirmationStanding(ConfirmationSpec Asked, string Covers, ImmutableArray<JudgedYes> Confirmations, ImmutableArray<string> Missing)
{
    /// <summary>Derives it at a time: nothing of it is stored.</summary>
    public static ConfirmationStanding Of(ConfirmationSpec asked, GateEvidence evidence, DateTimeOffset now) => ConfirmationGate.Standing(asked, evidence, now);
}

/// <summary>A yes, and whether it counts.</summary>
/// <param name="Yes">The yes.</param>
/// <param name="WhyNot">Why it does not count, as the end of a sentence; null where it does.</param>
public sealed record JudgedYes(YesEvidence Yes, string? WhyNot);
