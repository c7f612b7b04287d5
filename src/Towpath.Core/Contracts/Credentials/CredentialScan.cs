using System.Text;
using System.Text.RegularExpressions;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts.Credentials;

/// <summary>What a search for credentials found.</summary>
/// <param name="Tokens">TP2301: texts of a well-known form.</param>
/// <param name="Assignments">TP2302: random texts that are assigned to names of secrets.</param>
/// <param name="LeftOut">TP2303: files that were not searched for their number or size.</param>
/// <param name="Unused">TP2304: entries of the allow list that no file matches.</param>
internal sealed record CredentialFindings(List<Diagnostic> Tokens, List<Diagnostic> Assignments, List<Diagnostic> LeftOut, List<Diagnostic> Unused);

/// <summary>Looks for credentials in the files of a commit. What it finds is never shown: its kind, its place, and its first characters.</summary>
internal static partial class CredentialScan
{
    /// <summary>Most files that are looked at.</summary>
    public const int MostFiles = 5000;

    /// <summary>Largest file that is looked at, in bytes.</summary>
    public const int LargestFile = 512 * 1024;

    private const int MostBytes = 64 * 1024 * 1024;
    private const int MostPerFile = 20;
    private const int Shown = 4;

    // Files that are written by tools and full of hashes.
    private static readonly string[] Generated =
        ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "poetry.lock", "Pipfile.lock", "uv.lock", "Cargo.lock", "go.sum", "composer.lock", "Gemfile.lock", "packages.lock.json"];

    private static readonly string[] Binary =
        [".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".pdf", ".zip", ".gz", ".tgz", ".xz", ".zst", ".tar", ".jar", ".woff", ".woff2", ".ttf", ".otf", ".mp3", ".mp4", ".so", ".dll", ".exe", ".db", ".sqlite"];

    /// <summary>Goes through the files once.</summary>
    public static CredentialFindings Run(Application application, ISourceFiles files)
    {
        var findings = new CredentialFindings([], [], [], []);
        var allowances = application.Contract.AllowedCredentials.Select(a => (Allowed: a, Pattern: Pattern(a))).ToList();
        var used = new HashSet<AllowedCredential>();
        var (number, bytes) = (0, 0L);
        foreach (var file in files.List())
        {
            var allowed = allowances.FindAll(a => a.Pattern.Ignores(file.Path));
            used.UnionWith(allowed.Select(a => a.Allowed));
            if (!IsText(file.Path))
            {
                continue;
            }

            if (++number > MostFiles || (bytes += Math.Min(file.Length, LargestFile)) > MostBytes)
            {
                findings.LeftOut.Add(
                    CredentialDiagnostics.NotSearched(file.Path, $"files from {file.Path} on were", $"at most {MostFiles} files and {MostBytes / 1024 / 1024} MiB are"));
                return findings; // what the allowances after it fit is not known
            }

            if (file.Length > LargestFile)
            {
                findings.LeftOut.Add(CredentialDiagnostics.NotSearched(file.Path, $"{file.Path} was", $"it has more than {LargestFile / 1024} KiB"));
            }
            else if (allowed.Count == 0 && files.TryRead(file.Path) is { } content && !content.Span.Contains((byte)0))
            {
                Search(new SourceText(file.Path, Encoding.UTF8.GetString(content.Span)), findings);
            }
        }

        findings.Unused.AddRange(allowances.Where(a => !used.Contains(a.Allowed)).Select(a => CredentialDiagnostics.NothingAllowed(a.Allowed.Location, a.Allowed.Path)));
        return findings;
    }

    private static void Search(SourceText source, CredentialFindings findings)
    {
        var tokens = CredentialKinds.Find(source.Text).OrderBy(m => m.At).Take(MostPerFile).ToList();
        findings.Tokens.AddRange(tokens.Select(m =>
            CredentialDiagnostics.Token(Place(source, m.At, m.Length), m.Kind.Name, Redact(source.Text.Substring(m.At, m.Length)))));
        var assigned = BoundedMatching.Of(Assignment(), source.Text).Where(IsSecret).Take(MostPerFile).Select(m => (Name: m.Groups["name"].Value, Value: m.Groups["value"]));
        findings.Assignments.AddRange(assigned
            .Where(a => !tokens.Exists(t => t.At < a.Value.Index + a.Value.Length && a.Value.Index < t.At + t.Length))
            .Select(a => CredentialDiagnostics.Assigned(Place(source, a.Value.Index, a.Value.Length), a.Name, Redact(a.Value.Value))));
    }

    private static bool IsText(string path) =>
        !Generated.Contains(path[(path.LastIndexOf('/') + 1)..]) && !Binary.Any(b => path.EndsWith(b, StringComparison.OrdinalIgnoreCase))
        && !path.Contains(".min.", StringComparison.Ordinal) && !path.StartsWith("node_modules/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal);

    private static DockerIgnore Pattern(AllowedCredential allowed) => DockerIgnore.Parse(allowed.Path.TrimStart('!', '#'));

    private static bool IsSecret(Match match) =>
        SecretNames.IsSecret(match.Groups["name"].Value) && SecretNames.CanBeSecret(match.Groups["value"].Value)
        && Randomness.IsRandom(match.Groups["value"].Value) && !Placeholders.IsOne(match.Groups["value"].Value);

    // The line itself would show what was found: the place is kept, the excerpt is not.
    private static Location Place(SourceText source, int at, int length) => source.LocateOffset(at, length) with { Excerpt = null };

    private static string Redact(string value) => value.Length <= Shown * 3 ? "****" : value[..Shown] + "****";

    [GeneratedRegex(@"(?<![A-Za-z0-9_.-])(?<name>[A-Za-z][A-Za-z0-9_.-]{2,60})[""']?[ \t]{0,4}(:=|=>|[:=])[ \t]{0,4}(?<quote>[""'])?(?<value>[A-Za-z0-9+/=_.~!@#^&*-]{16,256})(?(quote)\k<quote>|(?=[\s,;}]|$))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Assignment();
}
