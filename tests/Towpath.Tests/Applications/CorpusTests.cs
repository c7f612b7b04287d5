using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications;

/// <summary>
/// One folder per diagnostic code: the files of a commit that yields it, and all diagnostics as they are shown. Where the files lie in
/// a folder <c>project</c>, they are read as a Compose project, with the variables of the file <c>environment</c> beside it. Run with
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
        var project = Path.Combine(folder, "project");
        var diagnostics = Directory.Exists(project)
            ? FakeComposeFiles.FromFolder(project).Load(Environment(folder)).Diagnostics
            : ApplicationReader.Read(FakeSourceFiles.FromFolder(folder), []).Diagnostics;
        var shown = DiagnosticWriter.Write(diagnostics);
        var expected = Path.Combine(folder, Expected);
        if (System.Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1")
        {
            File.WriteAllText(expected, shown);
        }

        diagnostics.Select(d => d.Code).ShouldContain(name.Split('-')[0]);
        shown.ShouldBe(File.ReadAllText(expected));
    }

    private static (string, string)[] Environment(string folder) => Path.Combine(folder, "environment") is var file && !File.Exists(file)
        ? []
        : [.. DotEnv.Read(new SourceText("environment", File.ReadAllText(file)), ImmutableDictionary<string, string>.Empty, new DiagnosticBag()).Select(v => (v.Key, v.Value))];
}
