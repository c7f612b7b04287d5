using System.Text;
using System.Text.RegularExpressions;

namespace Towpath.Core.Dockerfiles;

/// <summary>
/// The rules of a <c>.dockerignore</c>: the last pattern that matches a path or one of its parents decides; <c>!</c> takes a
/// path back in; <c>*</c> and <c>?</c> stay within one name, <c>**</c> does not.
/// </summary>
public sealed class DockerIgnore
{
    private const int MaxPatterns = 1000;
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    private readonly List<(Regex Pattern, bool Ignored)> _rules = [];

    private DockerIgnore()
    {
    }

    /// <summary>Ignores nothing.</summary>
    public static DockerIgnore None { get; } = new();

    /// <summary>Some pattern takes paths back in: a folder that is ignored may hold files that are not.</summary>
    public bool HasExceptions { get; private set; }

    /// <summary>Reads the rules from the text of the file.</summary>
    public static DockerIgnore Parse(string text)
    {
        var ignore = new DockerIgnore();
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n').Take(MaxPatterns))
        {
            if (raw.StartsWith('#'))
                continue;

            var line = raw.Trim();
            var exception = line.StartsWith('!');
            var pattern = Clean(exception ? line[1..].Trim() : line);
            if (pattern.Length == 0)
                continue;

            ignore._rules.Add((ToRegex(pattern), !exception));
            ignore.HasExceptions |= exception;
        }

        return ignore;
    }

    /// <summary>Whether a path (relative, forward slashes) stays out of the build.</summary>
    public bool Ignores(string path)
    {
        var ignored = false;
        foreach (var (pattern, ignores) in _rules)
        {
            if (ignores != ignored && MatchesPathOrParent(pattern, path))
                ignored = ignores;
        }

        return ignored;
    }

    private static bool MatchesPathOrParent(Regex pattern, string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (pattern.IsMatch(path.AsSpan(0, end)))
                return true;
        }

        return false;
    }

    private static string Clean(string pattern)
    {
        var parts = new List<string>();
        foreach (var part in pattern.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("" or "." or ".."))
                parts.Add(part);
        }

        return string.Join('/', parts);
    }

    private static Regex ToRegex(string pattern)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i++;
                    if (i + 1 < pattern.Length && pattern[i + 1] == '/')
                        i++;
                    regex.Append(i + 1 == pattern.Length ? ".*" : "(.*/)?");
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[' when pattern.IndexOf(']', i + 1) is > 0 and var end:
                    regex.Append('[').Append(pattern.AsSpan((i + 1)..end)).Append(']');
                    i = end;
                    break;
                case '\\' when i + 1 < pattern.Length:
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        try
        {
            return Compile(regex.Append('$').ToString());
        }
        catch (ArgumentException)
        {
            return Compile("^" + Regex.Escape(pattern) + "$"); // such as [z-a]: taken as a name
        }
    }

    // The text comes from a commit: matching must stay linear whatever it says.
    private static Regex Compile(string pattern) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant, MatchLimit);
}
