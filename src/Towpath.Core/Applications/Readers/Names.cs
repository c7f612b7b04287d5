namespace Towpath.Core.Applications.Readers;

/// <summary>Rules for names.</summary>
internal static class Names
{
    /// <summary>Most characters of the name of an application.</summary>
    public const int LongestApplication = 40;

    /// <summary>Says the rule of <see cref="IsLabel"/>.</summary>
    public static string LabelRule(int longest) => $"1 to {longest} lower-case letters, digits and hyphens, and begins and ends with a letter or digit";

    /// <summary>Says the rule of <see cref="IsComposeName"/>.</summary>
    public const string ComposeRule = "1 to 63 letters, digits, `.`, `_` and `-`, and begins with a letter or digit";

    /// <summary>Whether it can be part of a DNS name.</summary>
    public static bool IsLabel(string name, int longest) =>
        name.Length >= 1 && name.Length <= longest
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && name[0] != '-' && name[^1] != '-';

    /// <summary>Whether Compose allows it as the key of a service, volume, secret or config.</summary>
    public static bool IsComposeName(string name) =>
        name.Length is >= 1 and <= 63 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>The nearest DNS label to a text, or null where nothing is left of it.</summary>
    public static string? ToLabel(string text, int longest)
    {
        var label = new string([.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        label = label.Length > longest ? label[..longest].Trim('-') : label;
        return label.Length == 0 ? null : label;
    }
}
