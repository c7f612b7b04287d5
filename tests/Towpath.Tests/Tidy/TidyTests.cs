using System.Text.RegularExpressions;

namespace Towpath.Tests.Tidy;

/// <summary>House rules as tests. An exception must stand in its list, and leaves it as soon as it is no longer needed.</summary>
public sealed partial class TidyTests
{
    private const int MostLines = 500;

    // In the order in which data passes through them; each may use those before it.
    private static readonly string[] Stages =
        ["Diagnostics", "Journal", "Identity", "Dockerfiles", "Compose", "Applications", "OpenApi", "Contracts", "Handover", "Onboarding", "Pipelines", "Ci", "Releases", "Supply", "Environments", "Rollouts", "Containers", "Kubernetes", "Announcements", "Sources", "Trackers", "Configuration"];

    private static readonly Dictionary<string, string[]> ProjectUses = new()
    {
        ["Core"] = [],
        ["Engines"] = ["Core"],
        ["Server"] = ["Core", "Engines"],
        ["Load"] = [],
        ["Cli"] = ["Core", "Engines", "Server", "Load"],
    };

    // "path: what it may do" — the reason stands beside each entry.
    private static readonly string[] LayeringExceptions = [];
    private static readonly string[] LengthExceptions = [];
    private static readonly string[] NameExceptions = [];
    private static readonly string[] LinkExceptions = [];

    private static readonly List<(string Path, string Text)> Sources =
    [
        .. Files("src", "*.cs").Select(path => (path, File.ReadAllText(RepositoryRoot.Combine(path)))),
    ];

    [Fact]
    public void Core_EachStage_UsesEarlierStagesOnly()
    {
        var breaches = new List<string>();
        foreach (var (path, text) in Sources.Where(s => s.Path.StartsWith("src/Towpath.Core/", StringComparison.Ordinal)))
        {
            var stage = path.Split('/')[2];
            if (stage.EndsWith(".cs", StringComparison.Ordinal))
            {
                continue;
            }

            Stages.ShouldContain(stage, $"{path}: name the stage in {nameof(Stages)}");
            var later = Stages[(Array.IndexOf(Stages, stage) + 1)..];
            breaches.AddRange(StageReference().Matches(text).Select(m => m.Groups["name"].Value).Distinct().Where(later.Contains).Select(used => $"{path}: {used}"));
        }

        Hold(breaches, LayeringExceptions.Where(e => e.StartsWith("src/Towpath.Core/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Projects_Each_UseLowerProjectsOnly()
    {
        var breaches = new List<string>();
        foreach (var (path, text) in Sources)
        {
            var project = path.Split('/')[1]["Towpath.".Length..];
            ProjectUses.Keys.ShouldContain(project, $"{path}: name the project in {nameof(ProjectUses)}");
            breaches.AddRange(ProjectReference().Matches(text)
                .Select(m => m.Groups["name"].Value)
                .Distinct()
                .Where(used => ProjectUses.ContainsKey(used) && used != project && !ProjectUses[project].Contains(used))
                .Select(used => $"{path}: {used}"));
        }

        Hold(breaches, LayeringExceptions.Where(e => !e.StartsWith("src/Towpath.Core/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Core_AnyFile_DoesNoInputOrOutput()
    {
        var breaches = Sources
            .Where(s => s.Path.StartsWith("src/Towpath.Core/", StringComparison.Ordinal) && Impure().IsMatch(s.Text))
            .Select(s => $"{s.Path}: {Impure().Match(s.Text).Value}")
            .ToList();

        Hold(breaches, []);
    }

    [Fact]
    public void Sources_EachFile_HasAtMost500Lines() =>
        Hold(Sources.Where(s => s.Text.AsSpan().Count('\n') > MostLines).Select(s => s.Path), LengthExceptions);

    [Fact]
    public void Sources_EachType_IsNamedForWhatItIs() =>
        Hold(Sources.SelectMany(s => VagueName().Matches(s.Text).Select(m => $"{s.Path}: {m.Groups["name"].Value}")), NameExceptions);

    [Fact]
    public void Documents_EachRelativeLink_Resolves()
    {
        var documents = Files("docs", "*.md").Concat(Directory.EnumerateFiles(RepositoryRoot.Path, "*.md").Select(f => Path.GetFileName(f)));
        var broken = new List<string>();
        foreach (var document in documents)
        {
            var folder = Path.GetDirectoryName(RepositoryRoot.Combine(document))!;
            broken.AddRange(Link().Matches(CodeBlock().Replace(File.ReadAllText(RepositoryRoot.Combine(document)), ""))
                .Select(m => m.Groups["name"].Value.Split('#')[0])
                .Where(target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)))
                .Select(target => $"{document}: {target}"));
        }

        Hold(broken, LinkExceptions);
    }

    private static void Hold(IEnumerable<string> breaches, IEnumerable<string> exceptions)
    {
        var found = breaches.ToList();
        found.Except(exceptions).ShouldBeEmpty("breaks a house rule");
        exceptions.Except(found).ShouldBeEmpty("became clean: take it off the list of exceptions");
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(RepositoryRoot.Combine(folder))
            ? Directory.EnumerateFiles(RepositoryRoot.Combine(folder), pattern, SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(RepositoryRoot.Path, f).Replace('\\', '/'))
                .Where(f => !f.Contains("/node_modules/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
            : [];

    [GeneratedRegex(@"\bTowpath\.Core\.(?<name>\w+)", RegexOptions.None, 1000)]
    private static partial Regex StageReference();

    [GeneratedRegex(@"\bTowpath\.(?<name>Core|Engines|Server|Load|Cli)\b", RegexOptions.None, 1000)]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"\b(?:File|Directory|Process|HttpClient|Socket|Task|Thread)\.\w+\(|\basync \w|\bEnvironment\.GetEnvironmentVariable|\bnew Random\(|\bGuid\.NewGuid", RegexOptions.None, 1000)]
    private static partial Regex Impure();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?<name>\w*(?:Manager|Helper|Helpers|Utils|Util|Utilities)\w*)", RegexOptions.None, 1000)]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\]\((?<name>[^)\s]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline, 1000)]
    private static partial Regex CodeBlock();
}
