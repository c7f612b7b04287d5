using System.Text.RegularExpressions;

namespace Towpath.Core.Onboarding;

/// <summary>Texts as YAML scalars that mean the same in block and in flow style.</summary>
internal static partial class YamlWords
{
    /// <summary>The text as it is, where nothing in it means anything else; in single quotes otherwise. A <c>$</c> is doubled, as Compose wants it.</summary>
    public static string Write(string text, bool isCompose = true)
    {
        var literal = isCompose ? text.Replace("$", "$$", StringComparison.Ordinal) : text;
        return Plain().IsMatch(literal) && !Other().IsMatch(literal) ? literal : $"'{literal.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    [GeneratedRegex(@"^[A-Za-z_./$](?:[A-Za-z0-9_./$ -]|:(?=[A-Za-z0-9]))*(?<! )$", RegexOptions.None, 1000)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(?:true|false|yes|no|on|off|y|n|null|\.inf|\.nan|\.+)$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Other();
}
