using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Towpath.Core.Onboarding;

/// <summary>A path at which a service says how it is.</summary>
/// <param name="Path">Begins with a slash.</param>
/// <param name="Source">File and line.</param>
internal sealed record HealthRoute(string Path, string Source)
{
    /// <summary>Place in the order of preference for readiness; null where it tells of life only.</summary>
    public int? Readiness { get; } = Rank(Path, HealthSearch.ReadyWords);

    /// <summary>Whether it tells that the process lives, and no more.</summary>
    public bool IsLiveness { get; } = Rank(Path, HealthSearch.LiveWords) is not null;

    private static int? Rank(string path, string[] words)
    {
        var index = Array.IndexOf(words, path.TrimEnd('/')[(path.TrimEnd('/').LastIndexOf('/') + 1)..].ToLowerInvariant());
        return index < 0 ? null : index;
    }
}

/// <summary>Looks for the routes in source text by which a service says that it can serve. It reads lines, not languages: what it finds is a proposal.</summary>
internal static partial class HealthSearch
{
    /// <summary>Last parts of paths that tell of readiness, the best first.</summary>
    public static readonly string[] ReadyWords =
        ["readyz", "ready", "readiness", "healthz", "health", "healthcheck", "health_check", "health-check", "up", "ping", "heartbeat", "status"];

    /// <summary>Last parts of paths that tell of life.</summary>
    public static readonly string[] LiveWords = ["livez", "live", "liveness", "alive"];

    private const int MostFiles = 2000;
    private static readonly HashSet<string> Languages = new([".py", ".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx", ".go", ".java", ".kt", ".cs", ".rb", ".php", ".rs", ".ex", ".scala"], StringComparer.Ordinal);

    /// <summary>The routes of some files, each path once, in the order of the files.</summary>
    public static ImmutableArray<HealthRoute> In(IEnumerable<string> paths, Func<string, string?> text) =>
    [
        .. paths.Where(p => Languages.Contains(Extension(p))).Take(MostFiles).SelectMany(path => ByFile(path).Concat(ByText(path, text(path) ?? ""))).DistinctBy(r => r.Path),
    ];

    // Next.js: the path is the path of the file.
    private static IEnumerable<HealthRoute> ByFile(string path) =>
        RouteFile().Match(path) is { Success: true } match ? [new HealthRoute("/" + match.Groups["path"].Value, path)] : [];

    private static IEnumerable<HealthRoute> ByText(string path, string text)
    {
        if (!HealthWord().IsMatch(text))
        {
            yield break;
        }

        var prefix = RouterPrefix().Match(text) is { Success: true } match ? match.Groups["path"].Value.TrimEnd('/') : "";
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.Length > 500 || line.TrimStart().StartsWith("//", StringComparison.Ordinal) || line.TrimStart().StartsWith('#') || !Declaration().IsMatch(line) || Client().IsMatch(line))
            {
                continue;
            }

            foreach (var literal in Literal().Matches(line).Select(m => "/" + m.Groups["path"].Value.TrimStart('/')))
            {
                var whole = line.Contains("router.", StringComparison.Ordinal) ? prefix + literal : literal;
                yield return new HealthRoute(whole, string.Create(CultureInfo.InvariantCulture, $"{path}:{number}"));
            }
        }
    }

    private static string Extension(string path) => path.LastIndexOf('.') is var dot and >= 0 ? path[dot..] : "";

    [GeneratedRegex(@"(?:^|/)(?:src/)?(?:app/(?<path>(?:[\w-]+/)*(?:health\w*|ready|readyz|up|ping))/route\.[jt]s|pages/(?<path>api/(?:[\w-]+/)*(?:health\w*|ready|readyz|up|ping))\.[jt]s)$", RegexOptions.None, 1000)]
    private static partial Regex RouteFile();

    [GeneratedRegex("health|ready|readiness|live|alive|/up|ping|heartbeat|status", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex HealthWord();

    [GeneratedRegex(@"[""'`](?<path>/?(?:[\w-]+/){0,3}(?:healthz?|health[_-]?check|readyz?|readiness|livez?|liveness|alive|up|ping|heartbeat|status)/?)[""'`]", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?:\b(?:get|head|all|any|use|route|handle|handlefunc|mapget|maphealthchecks|path|re_path|url|getmapping|requestmapping|controller|api_route|add_url_rule|add_api_route|scope|resource|match|to|at|health)\b\s*[(\s:=])", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"fetch\(|axios|requests\.|httpx|http\.Get\(|curl|urlopen|HttpClient|RestTemplate|webclient|expect\(|assert|console\.|print\(|log\w*\.", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Client();

    [GeneratedRegex(@"APIRouter\([^)]*prefix\s*=\s*[""'](?<path>/[\w/-]+)[""']", RegexOptions.None, 1000)]
    private static partial Regex RouterPrefix();
}
