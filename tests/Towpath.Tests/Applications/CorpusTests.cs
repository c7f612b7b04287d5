using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Contracts;
using Towpath.Core.Diagnostics;
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
        var code = name.Split('-')[0];
        var diagnostics = Read(folder, code);
        var shown = DiagnosticWriter.Write(diagnostics);
        var expected = Path.Combine(folder, Expected);
        if (Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1")
        {
            File.WriteAllText(expected, shown);
        }

        diagnostics.Select(d => d.Code).ShouldContain(code);
        shown.ShouldBe(File.ReadAllText(expected));
    }

    // A case of the contract shows what its own rule finds: others would say much about so small a file.
    private static ImmutableArray<Diagnostic> Read(string folder, string code)
    {
        var files = FakeSourceFiles.FromFolder(folder, Expected);
        var reading = ApplicationReader.Read(files, []);
        return IsOfContract(code) && reading.Application is { } application
            ? [.. reading.Diagnostics.Concat(ContractCheck.Run(application, files).Diagnostics).Where(d => d.Code == code || d.Severity == Severity.Error)]
            : reading.Diagnostics;
    }

    private static bool IsOfContract(string code) => code[..4] is "TP21" or "TP22" or "TP23";
}
