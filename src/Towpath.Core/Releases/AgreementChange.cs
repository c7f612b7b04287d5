using Towpath.Core.Applications;

namespace Towpath.Core.Releases;

/// <summary>What a release does to the agreement of the one before.</summary>
public static class AgreementChange
{
    /// <summary>A sentence for people where the text is another one; null where it is not, and for the first release, which changes nothing.</summary>
    public static string? Between(Release? before, Release after)
    {
        if (before is null || before.Application.Agreement?.Hash == after.Application.Agreement?.Hash) return null;
        return (before.Application.Agreement, after.Application.Agreement) switch
        {
            (null, { } now) => $"{after.Id} brings the agreement {Words(now)}: {Signers(now)} sign it",
            ({ } old, null) => $"{after.Id} brings no agreement any more; before it was {Words(old)}",
            ({ } old, { } now) => $"{after.Id} changes the agreement from {Words(old)} to {Words(now)}: {Signers(now)} sign it anew",
            _ => null,
        };
    }

    private static string Words(Agreement agreement) => $"{agreement.File} {Agreement.Shown(agreement.Hash)}";

    private static string Signers(Agreement agreement) => string.Join(" and ", agreement.Sides);
}
