namespace Towpath.Core.Applications.Readers;

/// <summary>What the API of Kubernetes takes as a key, a value of a label, or a name.</summary>
internal static class ClusterText
{
    private const int LongestValue = 63;
    private const int LongestName = 253;

    /// <summary>Says the rule of <see cref="IsName"/>.</summary>
    public const string NameRule = "1 to 253 lower-case letters, digits, `-` and `.`, and begins and ends with a letter or digit";

    /// <summary>A key of a label or annotation: <c>name</c> or <c>domain/name</c>.</summary>
    public static bool IsKey(string text)
    {
        var slash = text.IndexOf('/');
        return (slash < 0 || IsName(text[..slash])) && text[(slash + 1)..] is { Length: > 0 } name && name.Length <= LongestValue && IsWord(name);
    }

    /// <summary>A value of a label, which may be empty.</summary>
    public static bool IsValue(string text) => text.Length == 0 || (text.Length <= LongestValue && IsWord(text));

    /// <summary>The name of an object: labels of DNS with dots between them.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= LongestName && text.Split('.').All(part => Names.IsLabel(part, LongestName));

    private static bool IsWord(string text) =>
        char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
