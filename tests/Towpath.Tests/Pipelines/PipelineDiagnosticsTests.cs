using System.Reflection;
using System.Text.RegularExpressions;
using Towpath.Core.Pipelines;

namespace Towpath.Tests.Pipelines;

public sealed partial class PipelineDiagnosticsTests
{
    [Fact]
    public void Codes_AllOfTheCatalog_AreUniqueAndHaveAPage()
    {
        var root = Root();
        var source = File.ReadAllText(Path.Combine(root, "src/Towpath.Core/Pipelines/PipelineDiagnostics.cs"));
        var codes = Code().Matches(source).Select(m => m.Groups["code"].Value).ToList();

        codes.ShouldBeUnique();
        codes.Count.ShouldBe(typeof(PipelineDiagnostics).GetMethods(BindingFlags.Public | BindingFlags.Static).Length);
        foreach (var code in codes)
            File.ReadAllText(Path.Combine(root, $"docs/diagnostics/{code}.md")).ShouldStartWith($"# {code}: ");
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Towpath.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex("\"(?<code>TP[0-9]{4})\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
