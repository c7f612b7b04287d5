using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Towpath.Core.Onboarding;

/// <summary>The file that names who answers for which paths, as GitHub and GitLab read it. Patterns for kinds of files are left out: a service is a folder.</summary>
internal sealed class CodeOwners
{
    private static readonly string[] Places = ["CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS"];
    private readonly ImmutableArray<(string Pattern, string Owner, string Source)> _rules;

    private CodeOwners(ImmutableArray<(string Pattern, string Owner, string Source)> rules) => _rules = rules;

    /// <summary>Reads the first of the files that is there; none gives no owners.</summary>
    public static CodeOwners Read(RepositoryFiles files)
    {
        var path = Places.FirstOrDefault(place => files.Text(place) is not null);
        var lines = path is null ? [] : files.Text(path)!.Split('\n');
        return new CodeOwners([.. lines.Select((line, index) => Rule(line, $"{path}:{index + 1}")).OfType<(string, string, string)>()]);
    }

    /// <summary>The owner of a folder with the place that says so: the last rule that matches. Null for none.</summary>
    public (string Name, string Source)? Of(string folder)
    {
        var path = folder == "." ? "/" : $"/{folder}/";
        var rule = _rules.LastOrDefault(r => r.Pattern == "*" || r.Pattern == "/" || (r.Pattern[0] == '/' ? path.StartsWith(r.Pattern + "/", StringComparison.Ordinal) : path.Contains($"/{r.Pattern}/", StringComparison.Ordinal)));
        return rule.Owner is null ? null : (rule.Owner, rule.Source);
    }

    private static (string, string, string)? Rule(string line, string source)
    {
        var words = line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var owner = words.Skip(1).FirstOrDefault(w => Regex.IsMatch(w, @"^@?[\w.@/-]{1,100}$", RegexOptions.None, TimeSpan.FromSeconds(1)))?.TrimStart('@');
        if (words.Length == 0 || owner is null || words[0][0] is '[' or '^')
        {
            return null;
        }

        var pattern = words[0] is "*" or "/" ? words[0] : words[0].TrimEnd('*').TrimEnd('/');
        return pattern.Length == 0 || (pattern != "*" && pattern.Contains('*')) ? null : (pattern, owner, source);
    }
}
