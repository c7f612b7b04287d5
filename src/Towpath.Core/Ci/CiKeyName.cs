using Towpath.Core.Applications.Readers;

namespace Towpath.Core.Ci;

/// <summary>What a key that vouches for evidence may be called.</summary>
public static class CiKeyName
{
    private const int Longest = 40;

    /// <summary>What is wrong with a name, a part of a sentence; null for nothing.</summary>
    public static string? Fault(string name) => Names.IsLabel(name, Longest) ? null : $"a name has {Names.LabelRule(Longest)}";
}
