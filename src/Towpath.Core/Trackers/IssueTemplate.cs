using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Trackers;

/// <summary>What an issue says.</summary>
/// <param name="Application">The application that it names, or null.</param>
/// <param name="Environment">The environment that it names, or null.</param>
/// <param name="Release">The release or commit that it names, or null.</param>
/// <param name="Fields">All fields of the request's template; empty where it says nothing.</param>
/// <param name="Problems">What can't be read.</param>
public sealed record IssueReading(string? Application, string? Environment, string? Release, ImmutableSortedDictionary<string, string> Fields, ImmutableArray<Diagnostic> Problems);

/// <summary>
/// Reads the text of an issue, in time that grows with its length only: headings (<c>### What</c>) with text below them, and before the first known heading lines of the form <c>what: …</c>,
/// in lists and in bold too. Comments of HTML are left out, since templates explain themselves in them, and <c>_No response_</c> is nothing: GitHub writes it for an empty field of a form.
/// </summary>
public static class IssueTemplate
{
    private const int MostCharacters = 100_000;
    private const int LongestName = 100;
    private const int LongestKey = 24;
    private const string NoResponse = "_No response_";

    // Those without a meaning may be left out.
    private static readonly (string Name, string? Meaning)[] Names =
    [
        ("application", null),
        ("environment", "where the release is to go, such as production"),
        ("release", "what is to go there: a release as `towpath status` shows it, or the beginning of its commit"),
    ];

    private static readonly string[] Items = [.. Names.Select(n => n.Name), .. DeployRequestTemplate.Fields.Select(f => f.Name)];

    /// <summary>Reads it.</summary>
    /// <param name="text">The text of the issue, as it was written.</param>
    public static IssueReading Read(string text)
    {
        var problems = ImmutableArray.CreateBuilder<Diagnostic>();
        if (text.Length > MostCharacters)
        {
            problems.Add(TrackerDiagnostics.ItemUnreadable("text", FormattableString.Invariant($"it has more than {MostCharacters} characters")));
            text = text[..MostCharacters];
        }

        var found = Collect(WithoutComments(text), problems);
        var names = Names.Select(item => Name(item.Name, item.Meaning, found.GetValueOrDefault(item.Name, ""), problems)).ToArray();
        var fields = DeployRequestTemplate.Fields.ToImmutableSortedDictionary(f => f.Name, f => found.GetValueOrDefault(f.Name, ""), StringComparer.Ordinal);
        foreach (var (field, said) in fields.Where(f => f.Value.Length > DeployRequestTemplate.MostText))
            problems.Add(TrackerDiagnostics.ItemUnreadable(field, FormattableString.Invariant($"it has {said.Length} characters, {DeployRequestTemplate.MostText} are the most")));
        return new IssueReading(names[0], names[1], names[2], fields, problems.ToImmutable());
    }

    private static Dictionary<string, string> Collect(string text, ImmutableArray<Diagnostic>.Builder problems)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var said = new StringBuilder();
        string? item = null;
        var (headed, fenced) = (false, false);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var bare = line.Trim();
            if (IsFence(bare)) fenced = !fenced;
            if (!fenced && Heading(bare) is { } heading)
            {
                End();
                (item, headed) = (ItemOf(heading), true);
            }
            else if (!fenced && !(headed && item is not null) && KeyLine(bare) is var (key, value))
            {
                End();
                (item, headed) = (key, false);
                said.Append(value);
            }
            else if (item is not null && !headed && bare.Length == 0 && said.Length > 0)
            {
                // The value of a line ends with its paragraph: what follows is talk.
                End();
                item = null;
            }
            else if (item is not null)
            {
                said.Append('\n').Append(line.TrimEnd());
            }
        }

        End();
        return found;

        void End()
        {
            var value = Clean(said.ToString());
            said.Clear();
            if (item is null || value.Length == 0) return;
            if (!found.TryAdd(item, value) && found[item] != value) problems.Add(TrackerDiagnostics.ItemUnreadable(item, "it stands there twice, with different words"));
        }
    }

    private static bool IsFence(string line) => line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith("~~~", StringComparison.Ordinal);

    private static string? Heading(string line)
    {
        var marks = line.Length - line.TrimStart('#').Length;
        return marks is >= 1 and <= 6 && line.Length > marks && line[marks] == ' ' ? line[marks..].Trim(' ', '#') : null;
    }

    /// <summary>The item that a heading or a key is; words behind a comma, a bracket or a colon explain it.</summary>
    private static string? ItemOf(string words)
    {
        var end = words.IndexOfAny([',', '(', ':', '?']);
        var name = (end < 0 ? words : words[..end]).Trim(' ', '*', '_', '`').ToLowerInvariant();
        return Array.IndexOf(Items, name) >= 0 ? name : null;
    }

    private static (string Key, string Value)? KeyLine(string line)
    {
        var bare = line.TrimStart('-', '*', '+', '_', '`', ' ');
        var colon = bare.IndexOf(':', StringComparison.Ordinal);
        return colon is > 0 and <= LongestKey && ItemOf(bare[..colon]) is { } item ? (item, bare[(colon + 1)..].TrimStart('*', '_', '`', ' ')) : null;
    }

    private static string? Name(string item, string? meaning, string said, ImmutableArray<Diagnostic>.Builder problems)
    {
        var name = said.Trim('`', '*', '"', '\'', ' ', '\n');
        if (name.Length is > 0 and <= LongestName && name.All(c => c is > ' ' and < '\x7f')) return name;
        if (name.Length > 0) problems.Add(TrackerDiagnostics.ItemUnreadable(item, "it is more than one name"));
        else if (meaning is not null) problems.Add(TrackerDiagnostics.ItemMissing(item, meaning));
        return null;
    }

    private static string WithoutComments(string text)
    {
        var left = new StringBuilder();
        for (var at = 0; ;)
        {
            var begin = text.IndexOf("<!--", at, StringComparison.Ordinal);
            left.Append(text, at, (begin < 0 ? text.Length : begin) - at);
            var end = begin < 0 ? -1 : text.IndexOf("-->", begin + 4, StringComparison.Ordinal);
            if (end < 0) return left.ToString();
            at = end + 3;
        }
    }

    private static string Clean(string said)
    {
        var clean = string.Concat(said.Select(c => c == '\n' || !char.IsControl(c) ? c : ' ')).Trim();
        return clean == NoResponse ? "" : clean;
    }
}
