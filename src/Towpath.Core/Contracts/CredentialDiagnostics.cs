using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>TP23xx: credentials in the files of a commit. None of them shows what was found.</summary>
public static class CredentialDiagnostics
{
    /// <summary>TP2301: a text of a well-known form.</summary>
    public static Diagnostic Token(Location place, string kind, string redacted) =>
        ContractFinding.Of("TP2301", place, $"{kind} stands in the repository: {redacted}");

    /// <summary>TP2302: a random text under the name of a secret.</summary>
    public static Diagnostic Assigned(Location place, string name, string redacted) =>
        ContractFinding.Of("TP2302", place, $"what `{name}` is set to looks like a credential: {redacted}");

    /// <summary>TP2303: files that were not searched.</summary>
    public static Diagnostic NotSearched(string path, string what, string limit) =>
        ContractFinding.Of("TP2303", new Location(path, 1, 1, 1, 1), $"{what} not searched for credentials: {limit}");

    /// <summary>TP2304: an allowance that fits nothing.</summary>
    public static Diagnostic NothingAllowed(Location place, string pattern) => ContractFinding.Of("TP2304", place, $"no file matches `{pattern}`", "allows nothing");
}
