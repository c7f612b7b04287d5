using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Journal;

/// <summary>
/// A fact as it is stored, with its seal: the SHA-256, in 64 lower-case hexadecimal digits, over the seal of the fact before it, its number and
/// its text, each on a line. Whoever changes, removes or puts in a fact would have to seal all later ones anew, which shows at any seal that was
/// noted elsewhere.
/// </summary>
/// <param name="Sequence">Position in the journal, from 1.</param>
/// <param name="Content">The fact as JSON, as it was written.</param>
/// <param name="Keys">What the store searches by, as it stands beside the content.</param>
/// <param name="Seal">Its seal.</param>
public sealed record SealedFact(long Sequence, string Content, FactKeys Keys, string Seal)
{
    /// <summary>The seal before the first fact.</summary>
    public static string NoSeal { get; } = new('0', 64);

    /// <summary>The seal of a fact.</summary>
    /// <param name="before">Seal of the fact before it.</param>
    /// <param name="sequence">Its position.</param>
    /// <param name="content">The fact as JSON.</param>
    public static string SealOf(string before, long sequence, string content) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{before}\n{sequence}\n{content}"))));
}

/// <summary>What a stored fact is searched by.</summary>
/// <param name="Application">Application.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When.</param>
/// <param name="Run">Pipeline run, or null.</param>
/// <param name="Deployment">Deployment, or null.</param>
/// <param name="Environment">Environment, or null.</param>
public sealed record FactKeys(string Application, string Kind, DateTimeOffset At, string? Run, string? Deployment, string? Environment)
{
    /// <summary>Those of a fact.</summary>
    public static FactKeys Of(Fact fact) => new(fact.Application, fact.Kind, fact.At, fact.Run, fact.Deployment, fact.Environment);
}
