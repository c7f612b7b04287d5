namespace Towpath.Core.Configuration;

/// <summary>What reading the file needs of the world beside it.</summary>
/// <param name="Variables">Environment variables.</param>
/// <param name="ReadSecret">Reads the file of a secret, by its path as written: relative ones begin at the folder of the configuration.</param>
public sealed record ConfigurationInputs(IReadOnlyDictionary<string, string> Variables, Func<string, SecretFile> ReadSecret);

/// <summary>What a file of a secret gave.</summary>
/// <param name="Value">Its text without the last line end; null where it can't be had.</param>
/// <param name="Problem">Why it can't be had: a sentence without a full stop; null where it can.</param>
public sealed record SecretFile(string? Value, string? Problem)
{
    /// <summary>Whether its mode lets others than its owner open it: any bit of 0077.</summary>
    public bool IsOpenToOthers { get; init; }
}
