using System.Collections.Immutable;

namespace Towpath.Core.Environments;

/// <summary>What a deploy request must say.</summary>
public static class DeployRequestTemplate
{
    /// <summary>Most characters that a field may have, and any reason that is given beside it.</summary>
    public const int MostText = 4000;

    /// <summary>Its fields, in the order in which they are asked, each with what it is for.</summary>
    public static ImmutableArray<(string Name, string Meaning)> Fields { get; } =
    [
        ("what", "what changes for users"),
        ("why", "why it must go in now"),
        ("risk", "what could go wrong, and who would notice"),
        ("rollback", "how it is taken back, and what is lost then"),
        ("contact", "who answers while it goes in"),
    ];

    /// <summary>Fields that are not there, or say nothing.</summary>
    public static ImmutableArray<string> Missing(IReadOnlyDictionary<string, string> given) =>
        [.. Fields.Select(f => f.Name).Where(name => string.IsNullOrWhiteSpace(given.GetValueOrDefault(name)))];

    /// <summary>Names of fields, each with what it is for.</summary>
    public static ImmutableArray<string> Told(IEnumerable<string> names) => [.. Fields.Where(f => names.Contains(f.Name)).Select(f => $"{f.Name}, {f.Meaning}")];

    /// <summary>Fields that the template does not have.</summary>
    public static ImmutableArray<string> Unknown(IReadOnlyDictionary<string, string> given) =>
        [.. given.Keys.Except(Fields.Select(f => f.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
