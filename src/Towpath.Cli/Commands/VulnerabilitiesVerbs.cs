using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Files;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Supply;
using Towpath.Core.Supply.Advisories;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath vulnerabilities</c>.</summary>
internal sealed class VulnerabilitiesVerb : Verb
{
    private readonly Option<string?> _release = new("--release") { Description = "Release, or the first digits of it or its commit (default: the newest).", HelpName = "RELEASE" };

    /// <summary>Declares it.</summary>
    public VulnerabilitiesVerb()
        : base("vulnerabilities", "Lists the known vulnerabilities of a release, worst first.", "vulnerabilities", "vulnerabilities --release r-3f2a91 --output json") =>
        Options.Add(_release);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var answer = await plane.VulnerabilitiesAsync(application, invocation.Arguments.GetValue(_release), cancellationToken);
        foreach (var gap in Gaps(answer)) invocation.Terminal.Say(gap);
        invocation.Terminal.Result(answer, writer => Write(writer, answer));
        return ExitCode.Success;
    }

    /// <summary>What the list can't know of.</summary>
    private static IEnumerable<string> Gaps(VulnerabilitiesAnswer answer)
    {
        if (answer.Unread.Count > 0) yield return $"nobody has read the images of {string.Join(", ", answer.Unread)}: `towpath sbom {answer.Release}` does";
        var never = answer.Imports.Where(i => i.Value is null).Select(i => i.Key).Order(StringComparer.Ordinal).ToList();
        if (never.Count > 0) yield return $"no advisories of {string.Join(", ", never)} are there: `towpath vulnerabilities import PATH`";
        if (answer.Unknown > 0) yield return $"{answer.Unknown} packages are of a distribution without advisories";
    }

    private static void Write(TextWriter writer, VulnerabilitiesAnswer answer)
    {
        if (answer.Findings.Count == 0)
        {
            writer.WriteLine($"{answer.Release}: nothing is known against it");
            return;
        }

        var table = new TextTable("SEVERITY", "ID", "SERVICE", "PACKAGE", "INSTALLED", "FIXED IN", "FOUND IN");
        foreach (var (service, finding) in answer.Findings.Select(f => (f.Service, f.Finding)))
        {
            var score = finding.Score is { } known ? string.Create(CultureInfo.InvariantCulture, $" {known:0.0}") : "";
            table.Add(finding.Severity.ToString().ToLowerInvariant() + score, finding.Id, service, finding.Package, finding.Installed, finding.FixedIn ?? "-", finding.FoundIn);
        }

        table.Write(writer);
    }
}

/// <summary><c>towpath vulnerabilities import</c>.</summary>
internal sealed class VulnerabilitiesImportVerb : Verb
{
    private const int BatchSize = 500;
    private const int BatchBytes = 4 * 1024 * 1024;
    private const int MostReported = 20;
    private readonly Argument<string> _path = new("PATH") { Description = "A JSON file of OSV's, a zip of them, or a folder with either." };

    /// <summary>Declares it.</summary>
    public VulnerabilitiesImportVerb()
        : base("import", "Imports a database of known vulnerabilities in OSV's form from this machine. What is there already is brought up to date.", "vulnerabilities import all.zip", "vulnerabilities import /srv/osv") =>
        Arguments.Add(_path);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var path = invocation.Arguments.GetValue(_path)!;
        var plane = await invocation.ConnectAsync(cancellationToken);
        var families = new SortedSet<string>(StringComparer.Ordinal);
        var batch = new List<Advisory>();
        var (files, count, bad, bytes) = (0, 0, 0, 0);
        foreach (var (name, content, unreadable) in AdvisoryFiles.Read(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            files++;
            var why = unreadable;
            var advisory = content is null ? null : OsvReader.Read(content, out why);
            if (advisory is null && ++bad <= MostReported) invocation.Terminal.Report([SupplyDiagnostics.BadRecord(Plain.Clean(name), why)]);

            // A withdrawn one is sent too: it takes back what was imported before.
            if (advisory is null || (advisory.Affected.IsEmpty && !advisory.Withdrawn)) continue;
            families.UnionWith(advisory.Affected.Select(a => Ecosystems.Family(a.Ecosystem)));
            count++;
            batch.Add(advisory);
            bytes += content!.Length;
            if (batch.Count < BatchSize && bytes < BatchBytes) continue;
            await SendAsync();
        }

        if (families.Count == 0) throw new DiagnosticException(ExitCode.InvalidInput, SupplyDiagnostics.NothingImported(path, files));
        await SendAsync();
        var done = new ImportRequest([.. families], count, invocation.Actor);
        await plane.FinishImportAsync(done, cancellationToken);
        if (bad > MostReported) invocation.Terminal.Say($"{bad - MostReported} more files are no records of OSV");
        invocation.Terminal.Result(done, writer => writer.WriteLine($"{count} advisories of {string.Join(", ", families)} from {files} files"));
        return ExitCode.Success;

        async Task SendAsync()
        {
            if (batch.Count > 0) await plane.ImportAdvisoriesAsync(new AdvisoriesRequest(batch, invocation.Actor), cancellationToken);
            batch = [];
            bytes = 0;
        }
    }
}
