using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Onboarding;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications;

/// <summary>
/// One folder per diagnostic code: the files of a commit that yields it, and all diagnostics as they are shown. Run with
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
        var diagnostics = Read(name, FakeSourceFiles.FromFolder(folder));
        var shown = DiagnosticWriter.Write(diagnostics);
        var expected = Path.Combine(folder, Expected);
        if (Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1")
        {
            File.WriteAllText(expected, shown);
        }

        diagnostics.Select(d => d.Code).ShouldContain(name.Split('-')[0]);
        shown.ShouldBe(File.ReadAllText(expected));
    }

    // What `towpath init` says of a repository has its own codes.
    private static ImmutableArray<Diagnostic> Read(string name, FakeSourceFiles files) => name.StartsWith("TP25", StringComparison.Ordinal)
        ? ProposalBuilder.Propose(files, files.Paths, new OnboardingOptions()).Open
        : ApplicationReader.Read(files, []).Diagnostics;
}
