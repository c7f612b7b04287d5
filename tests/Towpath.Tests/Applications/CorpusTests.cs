using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Compose;
using Towpath.Core.Contracts;
using Towpath.Core.Diagnostics;
using Towpath.Core.Onboarding;
using Towpath.Core.OpenApi;
using Towpath.Core.OpenApi.Changes;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications;

/// <summary>
/// One folder per diagnostic code: the files of a commit that yields it, and all diagnostics as they are shown. Where the files lie in
/// a folder <c>project</c>, they are read as a Compose project, with the variables of the file <c>environment</c> beside it, and what lies outside in <c>outside</c>. Run with
/// <c>TOWPATH_ACCEPT=1</c> to write what is shown now; then read the difference before you commit it.
/// </summary>
public sealed class CorpusTests
{
    private const string Expected = "expected.txt";
    private static readonly string Folder = RepositoryRoot.Combine("tests", "Towpath.Tests", "Corpus");

    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_Case_ShowsWhatIsExpected(string name)
    {
        var folder = Path.Combine(Folder, name);
        var code = name.Split('-')[0];
        var diagnostics = Diagnose(folder, code);
        var shown = DiagnosticWriter.Write(diagnostics);
        var expected = Path.Combine(folder, Expected);
        if (System.Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1")
        {
            File.WriteAllText(expected, shown);
        }

        diagnostics.Select(d => d.Code).ShouldContain(name.Split('-')[0]);
        shown.ShouldBe(File.ReadAllText(expected));
    }

    // What `check` says; where the case has a folder `before`, also what has changed since the commit in it.
    private static ImmutableArray<Diagnostic> Diagnose(string folder, string code)
    {
        // A project of several files, or with variables of its own, is read as `config` reads it.
        var project = Path.Combine(folder, "project");
        if (Directory.Exists(project))
        {
            var outside = Path.Combine(folder, "outside");
            return FakeComposeFiles.FromFolder(project).AddFolder("/outside", outside).Load(r => r with { Environment = Environment(folder), MayLeaveRoot = Directory.Exists(outside) }).Diagnostics;
        }

        // What `towpath init` says of a repository has its own codes.
        if (code.StartsWith("TP25", StringComparison.Ordinal))
        {
            return ProposalBuilder.Propose(FakeSourceFiles.FromFolder(folder), new OnboardingOptions()).Open;
        }

        var (application, apis, diagnostics) = Check(folder);
        if (application is not null && IsOfContract(code))
        {
            // What its own rule finds: others would say much about so small a file.
            var contract = ContractCheck.Run(application, FakeSourceFiles.FromFolder(folder, Expected));
            return [.. diagnostics.AddRange(contract.Diagnostics).Where(d => d.Code == code || d.Severity == Severity.Error)];
        }

        var before = Path.Combine(folder, "before");
        if (application is not null && Directory.Exists(before))
        {
            var (_, old, _) = Check(before);
            return diagnostics.AddRange(application.Services.SelectMany(s =>
                ServiceApiChanges.Between(s, old.ByService.GetValueOrDefault(s.Name), apis.ByService.GetValueOrDefault(s.Name), "release r-1").Diagnostics));
        }

        // What an application does not look at, the Compose project still does.
        return diagnostics.Any(d => d.Code == code) ? diagnostics : FakeComposeFiles.FromFolder(folder).Load(r => r with { Normalize = true }).Diagnostics;
    }

    private static (Application? Application, ServiceApis Apis, ImmutableArray<Diagnostic> Diagnostics) Check(string folder)
    {
        var files = FakeSourceFiles.FromFolder(folder);
        var reading = ApplicationReader.Read(files, []);
        var apis = ServiceApis.Read(reading.Application?.Services ?? [], files);
        return (reading.Application, apis, reading.Diagnostics.AddRange(apis.Diagnostics));
    }

    private static ImmutableDictionary<string, string> Environment(string folder) => Path.Combine(folder, "environment") is var file && !File.Exists(file)
        ? []
        : DotEnv.Read(new SourceText("environment", File.ReadAllText(file)), ImmutableDictionary<string, string>.Empty, new DiagnosticBag()).ToImmutableDictionary(StringComparer.Ordinal);

    private static bool IsOfContract(string code) => code[..4] is "TP21" or "TP22" or "TP23";
}
