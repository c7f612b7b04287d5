using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;

namespace Towpath.Tests.Applications.Readers;

/// <summary>
/// <c>docs/kubernetes.md</c> says of each key of Compose what the tables say. <c>TOWPATH_ACCEPT=1</c> writes verdicts and reasons; what a
/// key is mapped to is written by hand.
/// </summary>
public sealed partial class KubernetesPageTests
{
    private static readonly string Path = RepositoryRoot.Combine("docs", "kubernetes.md");

    private static readonly List<KeyTable> Tables =
    [
        .. new[] { typeof(CarriedKeys), typeof(ClusterKeys), typeof(KernelReader) }
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(f => f.FieldType == typeof(KeyTable))
            .Select(f => (KeyTable)f.GetValue(null)!)
            .Where(t => t != CarriedKeys.SecretDelivery),
    ];

    [Fact]
    public void Page_EachKeyOfEachTable_HasOneRowWithItsVerdict()
    {
        if (Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1")
        {
            File.WriteAllText(Path, Accepted(File.ReadAllText(Path)));
        }

        var rows = Rows(File.ReadAllText(Path)).ToList();
        rows.GroupBy(r => (r.Subject, r.Key)).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty("told twice");
        rows.Select(r => $"{r.Subject}: {r.Key}").ShouldBe(Tables.SelectMany(t => t.Known.Select(key => $"{t.Subject}: {key}")), ignoreOrder: true);
        foreach (var (subject, key, verdict, text) in rows)
        {
            var rule = Tables.Single(t => t.Subject == subject).OnKubernetes(key);
            verdict.ShouldBe(Verdict(rule), $"{subject}: {key}");
            text.ShouldBe(Text(rule, text), $"{subject}: {key}");
            text.Length.ShouldBeGreaterThan(1, $"{subject}: {key}");
        }
    }

    [Fact]
    public void Tables_EachKeyThatIsNotRead_SaysWhyOnKubernetes() =>
        Tables.Where(t => t != CarriedKeys.Build)
            .SelectMany(t => t.Known.Where(key => t.OnKubernetes(key) is { Weight: > 0, Reason: null }).Select(key => $"{t.Subject}: {key}"))
            .ShouldBeEmpty();

    private static IEnumerable<(string Subject, string Key, string Verdict, string Text)> Rows(string page)
    {
        var subject = "";
        foreach (var line in page.Split('\n'))
        {
            subject = SubjectOf(line) ?? subject;
            if (Row().Match(line) is { Success: true } row)
            {
                yield return (subject, row.Groups["key"].Value, row.Groups["verdict"].Value, row.Groups["text"].Value);
            }
        }
    }

    private static string Accepted(string page)
    {
        var text = new StringBuilder();
        var subject = "";
        foreach (var line in page.TrimEnd('\n').Split('\n'))
        {
            subject = SubjectOf(line) ?? subject;
            var row = Row().Match(line);
            var rule = row.Success && Tables.SingleOrDefault(t => t.Subject == subject) is { } table && table.Known.Contains(row.Groups["key"].Value)
                ? table.OnKubernetes(row.Groups["key"].Value)
                : (KeyRule?)null;
            text.Append(rule is null ? line : $"| `{row.Groups["key"].Value}` | {Verdict(rule.Value)} | {Text(rule.Value, row.Groups["text"].Value)} |").Append('\n');
        }

        return text.ToString();
    }

    // "## A service" tells of `a service`.
    private static string? SubjectOf(string line) =>
        line.StartsWith("## ", StringComparison.Ordinal) ? Tables.Select(t => t.Subject).SingleOrDefault(s => string.Equals(s, line[3..], StringComparison.OrdinalIgnoreCase)) : null;

    private static string Verdict(KeyRule rule) => rule.Carriage switch
    {
        Carriage.Carried => "mapped",
        Carriage.InPart => "mapped with a note",
        Carriage.NoEffect => "warning",
        _ => "error",
    };

    private static string Text(KeyRule rule, string written) => rule is { Weight: > 0, Reason: { } reason } ? char.ToUpperInvariant(reason[0]) + reason[1..] + "." : written;

    [GeneratedRegex(@"^\| `(?<key>[^`]+)` \| (?<verdict>[^|]+) \| (?<text>.*) \|$", RegexOptions.None, 1000)]
    private static partial Regex Row();
}
