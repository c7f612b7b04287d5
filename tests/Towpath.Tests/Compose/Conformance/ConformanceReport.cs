using System.Text;

namespace Towpath.Tests.Compose.Conformance;

/// <summary>What came of the cases of one set: written to the test's output and to <c>artifacts/conformance</c>.</summary>
internal sealed class ConformanceReport(string set)
{
    private readonly List<(string Id, string? Difference)> _outcomes = [];

    /// <summary>Adds a case; null where it agrees.</summary>
    public void Add(string id, string? difference) => _outcomes.Add((id, difference));

    /// <summary>Writes the table and holds the share that agrees, in per cent, to a bar.</summary>
    public void Hold(double bar)
    {
        var share = 100.0 * _outcomes.Count(o => o.Difference is null) / _outcomes.Count;
        var text = new StringBuilder()
            .Append($"# {set}\n\n{_outcomes.Count(o => o.Difference is null)} of {_outcomes.Count} cases agree ({share:F1} %; the bar is {bar} %).\n");
        if (share < 100)
        {
            text.Append("\n| case | difference |\n|---|---|\n");
        }

        foreach (var (id, difference) in _outcomes.Where(o => o.Difference is not null))
        {
            text.Append($"| {id} | {difference!.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        var folder = RepositoryRoot.Combine("artifacts", "conformance");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, set + ".md"), text.ToString());
        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString());
        share.ShouldBeGreaterThanOrEqualTo(bar, text.ToString());
    }
}
