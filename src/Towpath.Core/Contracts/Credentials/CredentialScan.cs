using System.Text;
using System.Text.RegularExpressions;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Contracts.Credentials;

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

    /// <summary>TP2301: texts of a well-known form.</summary>
    public static IEnumerable<Diagnostic> Tokens(ApplicationSubject subject) =>
        from source in Texts(subject)
        from match in CredentialKinds.Find(source.Text).OrderBy(m => m.At).Take(MostPerFile)
        select CredentialDiagnostics.Token(Place(source, match.At, match.Length), match.Kind.Name, Redact(source.Text.Substring(match.At, match.Length)));

    /// <summary>TP2302: random texts that are assigned to names of secrets.</summary>
    public static IEnumerable<Diagnostic> Assignments(ApplicationSubject subject) =>
        from source in Texts(subject)
        from match in BoundedMatching.Of(Assignment(), source.Text).Where(IsSecret).Take(MostPerFile)
        let value = match.Groups["value"]
        where !CredentialKinds.Find(source.Text[match.Index..(match.Index + match.Length)]).Any()
        select CredentialDiagnostics.Assigned(Place(source, value.Index, value.Length), match.Groups["name"].Value, Redact(value.Value));

    /// <summary>TP2303: files that were not looked at for their number or size.</summary>
    public static IEnumerable<Diagnostic> LeftOut(ApplicationSubject subject)
    {
        var (number, bytes) = (0, 0L);
        foreach (var file in subject.Files.List().Where(f => IsText(f.Path)))
        {
            if (++number > MostFiles || (bytes += Math.Min(file.Length, LargestFile)) > MostBytes)
            {
                yield return CredentialDiagnostics.NotSearched(file.Path, $"files from {file.Path} on were", $"at most {MostFiles} files and {MostBytes / 1024 / 1024} MiB are");
                yield break;
            }

            if (file.Length > LargestFile)
            {
                yield return CredentialDiagnostics.NotSearched(file.Path, $"{file.Path} was", $"it has more than {LargestFile / 1024} KiB");
            }
        }
    }

    /// <summary>TP2304: entries of the allow list that no file matches.</summary>
    public static IEnumerable<Diagnostic> Unused(ApplicationSubject subject)
    {
        var allowed = subject.Application.Contract.AllowedCredentials;
        if (allowed.IsEmpty)
        {
            return [];
        }

        var files = subject.Files.List().Take(MostFiles).Select(f => f.Path).ToList();
        return allowed.Where(a => Pattern(a) is var pattern && !files.Any(pattern.Ignores)).Select(a => CredentialDiagnostics.NothingAllowed(a.Location, a.Path));
    }

    private static IEnumerable<SourceText> Texts(ApplicationSubject subject)
    {
        var allowed = subject.Application.Contract.AllowedCredentials.Select(Pattern).ToList();
        var (number, bytes) = (0, 0L);
        foreach (var file in subject.Files.List().Where(f => IsText(f.Path)))
        {
            if (++number > MostFiles || (bytes += Math.Min(file.Length, LargestFile)) > MostBytes)
            {
                yield break;
            }

            if (file.Length <= LargestFile && !allowed.Any(a => a.Ignores(file.Path)) && subject.Files.TryRead(file.Path) is { } content && !content.Span.Contains((byte)0))
            {
                yield return new SourceText(file.Path, Encoding.UTF8.GetString(content.Span));
            }
        }
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
