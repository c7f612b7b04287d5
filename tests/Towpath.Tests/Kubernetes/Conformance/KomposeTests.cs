using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Tests.Kubernetes.Layouts;

namespace Towpath.Tests.Kubernetes.Conformance;

/// <summary>
/// What kompose makes of its own cases, and what Towpath makes of them, mean the same, or docs/kompose.md says of each difference why. The cases lie outside the repository.
/// </summary>
public sealed partial class KomposeTests(ITestOutputHelper output)
{
    // Files that cases name and do not have.
    private static readonly (string Path, string Text)[] StandIns = [("Dockerfile", "FROM scratch\n"), ("configs.tar", "\0archive")];

    private static readonly string Page = RepositoryRoot.Combine("docs", "kompose.md");

    [Fact]
    public void Compile_CasesOfKompose_MeanTheSameOrThePageSaysWhyNot()
    {
        Corpora.Require();
        var cases = CorpusCase.All("kompose").Where(c => Directory.Exists(Path.Combine(c.Folder, "expected-kompose"))).ToList();
        cases.Count.ShouldBe(35);
        var found = cases.SelectMany(c => Differences(c).Select(d => (Case: c.Name, d.Fact, d.Side, d.Values))).ToList();
        foreach (var difference in found)
        {
            output.WriteLine($"{difference.Case} | {difference.Fact} | {difference.Side} | {difference.Values}");
        }

        var rows = Rows(File.ReadAllText(Page)).ToList();
        var same = cases.Count(c => found.Where(f => f.Case == c.Name).All(f => rows.Exists(r => r.Case is null && r.Explains(f.Case, f.Fact, f.Side))));
        output.WriteLine($"{cases.Count} cases, {same} of them the same but for what is said of all; {found.Count} differences, {rows.Count} reasons");
        found.Where(f => !rows.Exists(r => r.Explains(f.Case, f.Fact, f.Side))).Select(f => $"{f.Case} | {f.Fact} | {f.Side}").ShouldBeEmpty("differences that the page does not explain");
        rows.SelectMany(r => r.Facts.Where(fact => !found.Exists(f => r.With(fact).Explains(f.Case, f.Fact, f.Side))).Select(fact => $"{r.Case} | {fact} | {r.Side}"))
            .ShouldBeEmpty("explanations of nothing");
    }

    [Fact]
    public void Page_EachLabel_SaysWhatToWriteInstead()
    {
        var table = string.Concat(KomposeLabels.Instead.Select(i => $"| `{i.Label}{(i.Label.EndsWith('.') ? "*" : "")}` | {i.Instead} |\n"));
        var page = File.ReadAllText(Page);
        if (Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1")
        {
            File.WriteAllText(Page, LabelRows().Replace(page, table.Replace("$", "$$", StringComparison.Ordinal), 1));
            return;
        }

        LabelRows().Match(page).Value.ShouldBe(table);
    }

    private static IEnumerable<(string Fact, string Side, string Values)> Differences(CorpusCase project)
    {
        var files = project.Files();
        foreach (var (path, text) in StandIns.Where(s => files.TryRead(s.Path) is null && StandsInFor(project.Name)))
        {
            files.Add(path, Encoding.UTF8.GetBytes(text));
        }

        var (application, diagnostics) = project.Read(files);
        var compiled = application is null ? null : KubernetesCompiler.Compile(SourceImages.Request(application, application.Ladder.Environments[^1], files, "1", KubernetesVersion.Current));
        if (compiled is null || compiled.HasErrors)
        {
            return (compiled?.Diagnostics ?? diagnostics).Where(d => d.Severity == Severity.Error).DistinctBy(d => d.Code).Select(d => ($"refused {d.Code}", "only kompose", $"{d.Headline} {d.Location}"));
        }

        // A Job has its revision in its name.
        var jobs = compiled.Workloads.Where(w => w.Value.StartsWith("Job/", StringComparison.Ordinal)).ToDictionary(w => w.Value["Job/".Length..], w => w.Key);
        var ours = ClusterMeaning.Of(compiled.Objects.Select(o => JsonNode.Parse(ManifestText.Json(o))!), o => jobs.GetValueOrDefault(o["metadata"]!["name"]!.ToString(), o["metadata"]!["name"]!.ToString()));
        var theirs = ClusterMeaning.Of(Golden(project), o => o["metadata"]!["name"]!.ToString());
        return ClusterMeaning.Differences(theirs, ours).Select(d => (d.Fact, d.Side, $"{theirs.GetValueOrDefault(d.Fact)} | {ours.GetValueOrDefault(d.Fact)}"));
    }

    private static bool StandsInFor(string name) => name.StartsWith("compose-env-", StringComparison.Ordinal) || name.StartsWith("configmap-volume", StringComparison.Ordinal);

    private static IEnumerable<JsonNode> Golden(CorpusCase project) =>
        Directory.GetFiles(Path.Combine(project.Folder, "expected-kompose")).Order(StringComparer.Ordinal)
            .SelectMany(f => File.ReadAllText(f).Replace("\n---\n", "\n\0", StringComparison.Ordinal).Split('\0')).Where(d => d.Trim(' ', '\n', '-').Length > 0)
            .Select(d => YamlValue.Of(d)!);

    // The tables of the page whose third column says which side has it; a row without a case is for all.
    private static IEnumerable<Reason> Rows(string page) =>
        ReasonRow().Matches(page).Select(m => new Reason(
            m.Groups["case"].Value is { Length: > 0 } name ? name : null, [.. Fact().Matches(m.Groups["facts"].Value).Select(f => f.Groups["fact"].Value)], m.Groups["side"].Value));

    [GeneratedRegex(@"^\|(?: `(?<case>[^`]+)` \|)? (?<facts>`[^|]+`) \| (?<side>differs|only kompose|only Towpath) \| [^|]+ \|$", RegexOptions.Multiline, 1000)]
    private static partial Regex ReasonRow();

    [GeneratedRegex("`(?<fact>[^`]+)`", RegexOptions.None, 1000)]
    private static partial Regex Fact();

    [GeneratedRegex(@"(?:^\| `kompose\..*\|\n)+", RegexOptions.Multiline, 1000)]
    private static partial Regex LabelRows();

    private sealed record Reason(string? Case, ImmutableArray<string> Facts, string Side)
    {
        public Reason With(string fact) => this with { Facts = [fact] };

        public bool Explains(string name, string fact, string side) => (Case is null || Case == name) && side == Side && Facts.Any(f => Matches(f, fact));

        private static bool Matches(string pattern, string fact) =>
            Regex.IsMatch(fact, "^" + Regex.Escape(pattern).Replace("\\*", "[^ ]+", StringComparison.Ordinal) + "$", RegexOptions.None, TimeSpan.FromSeconds(1));
    }
}
