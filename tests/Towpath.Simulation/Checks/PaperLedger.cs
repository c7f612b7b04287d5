using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Simulation.Checks;

/// <summary>The truth about papers: what people were told that it is kept, and what they meant by it.</summary>
internal sealed class PaperLedger
{
    /// <summary>The agreement that a release brings: its text, and who is to sign it. Nothing for a release without one.</summary>
    public Dictionary<(string Application, string Release), (string Text, ImmutableArray<string> Sides)> Texts { get; } = [];

    /// <summary>Signatures that were kept.</summary>
    public HashSet<(string Application, string Text, string Side, string Actor)> Signed { get; } = [];

    /// <summary>Runs elsewhere that somebody vouched for.</summary>
    public HashSet<VouchedRun> Runs { get; } = [];

    /// <summary>Keys that vouch for runs now.</summary>
    public HashSet<(string Application, string Name)> Keys { get; } = [];

    /// <summary>Deliveries to be tested, and whether their validation found nothing.</summary>
    public Dictionary<(string Application, string Release), bool> Delivered { get; } = [];

    /// <summary>Deliveries for good, for an environment or for all, and when.</summary>
    public Dictionary<(string Application, string Release, string? Environment), DateTimeOffset> Finals { get; } = [];

    /// <summary>Packages of the images that somebody has read, by digest.</summary>
    public Dictionary<string, ImmutableArray<(string Package, int Version)>> Contents { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Advisories that held at some time since the last import ended; the last of them hold now. What was found before holds until then, and who asks anew meanwhile may see newer ones.
    /// </summary>
    public List<ImmutableHashSet<int>> Advisories { get; } = [[]];

    /// <summary>When the last import of a family of packages ended.</summary>
    public Dictionary<string, DateTimeOffset> Imports { get; } = new(StringComparer.Ordinal);

    /// <summary>Number of the key with which images are signed now.</summary>
    public int Key { get; set; }
}

/// <summary>A run elsewhere.</summary>
/// <param name="Application">Whose.</param>
/// <param name="Commit">Of which commit.</param>
/// <param name="System">Where, or null.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="IsGreen">How it ended.</param>
/// <param name="Key">Key that vouches for it; null where an account does.</param>
internal sealed record VouchedRun(string Application, string Commit, CiSystem? System, DateTimeOffset StartedAt, bool IsGreen, string? Key);

/// <summary>One of the vulnerabilities that the world of a simulation may know of: versions of a package before another one have it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Package">Package.</param>
/// <param name="FixedIn">The first version without it.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Names">CVEs that it is about.</param>
internal sealed record KnownAdvisory(int Number, string Package, int FixedIn, VulnerabilitySeverity Severity, ImmutableArray<string> Names)
{
    /// <summary>Packages with the family that they are of.</summary>
    public static ImmutableArray<(string Package, string Family)> Packages { get; } = [("left", "npm"), ("right", "npm"), ("snake", "PyPI")];

    /// <summary>A version that none of them has.</summary>
    public const int Safe = 9;

    /// <summary>All of them.</summary>
    public static ImmutableArray<KnownAdvisory> All { get; } =
    [
        new(1, "left", 3, VulnerabilitySeverity.Critical, ["CVE-2025-0001"]),
        new(2, "left", 2, VulnerabilitySeverity.Low, ["CVE-2025-0002"]),
        new(3, "right", 4, VulnerabilitySeverity.High, ["CVE-2025-0003", "CVE-2025-0004"]),
        new(4, "right", 3, VulnerabilitySeverity.Medium, []),
        new(5, "snake", 3, VulnerabilitySeverity.Critical, ["CVE-2025-0005"]),
        new(6, "snake", 2, VulnerabilitySeverity.Unknown, ["CVE-2025-0006"]),
    ];

    /// <summary>Its identifier.</summary>
    public string Id => $"GHSA-0000-0000-000{Number}";
}
