using System.Text.Json;
using Towpath.Core.Compose;
using Towpath.Core.Compose.Printing;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Compose.Conformance;

/// <summary>Whole projects, read by us and by compose-go. The bars are agreed on; raise them, never lower them.</summary>
public sealed class ProjectConformanceTests
{
    // Of kompose, the folder of one case lies outside what its expected result takes for the root of the disk.
    [Theory]
    [InlineData("compose-valid", 99)]
    [InlineData("kompose", 98)]
    public void Load_ValidProjects_GivesTheSameCanonicalForm(string set, double bar)
    {
        Corpora.Require();
        var report = new ConformanceReport(set);
        foreach (var project in CorpusProject.Of(set).Where(p => p.IsAccepted))
        {
            report.Add(project.Id, Differences(project));
        }

        report.Hold(bar);
    }

    [Fact]
    public void Load_InvalidProjects_RefusesEachForTheSameReasonInTheRightPlace()
    {
        Corpora.Require();
        var report = new ConformanceReport("compose-invalid");
        foreach (var project in CorpusProject.Of("compose-invalid"))
        {
            report.Add(project.Id, Mistaken(project));
        }

        report.Hold(100);
    }

    private static string? Differences(CorpusProject project)
    {
        var reading = project.Load();
        if (Errors(reading) is { Count: > 0 } errors)
        {
            return string.Join(" | ", errors.Select(DiagnosticWriter.WriteLine).Take(3));
        }

        using var stream = new MemoryStream();
        CanonicalJson.Write(reading.Project!, stream);
        var differences = project.Expected is { } expected ? JsonDifference.Between(expected, JsonDocument.Parse(stream.ToArray()).RootElement) : [];
        return differences.Count == 0 ? null : string.Join(" | ", differences);
    }

    private static string? Mistaken(CorpusProject project)
    {
        var errors = Errors(project.Load());
        if (errors.Count == 0)
        {
            return $"accepted; expected {project.ErrorClass}: {FirstLine(project.Error)}";
        }

        var right = errors.Where(e => ComposeErrorClass.Of(e.Code) == project.ErrorClass).ToList();
        if (right.Count == 0 || (project.HasOneMistake && right.Count < errors.Count))
        {
            return $"expected {project.ErrorClass}: {FirstLine(project.Error)}; got {string.Join(" | ", errors.Select(DiagnosticWriter.WriteLine).Take(3))}";
        }

        return ErrorPlace.Matches(project, right) ? null : $"expected at {FirstLine(project.Error)}; got {string.Join(" | ", right.Select(DiagnosticWriter.WriteLine).Take(3))}";
    }

    private static string FirstLine(string text) => text.ReplaceLineEndings(" ").Trim() is { Length: > 160 } line ? line[..160] : text.ReplaceLineEndings(" ").Trim();

    private static List<Diagnostic> Errors(ComposeReading reading) => [.. reading.Diagnostics.Where(d => d.Severity == Severity.Error)];
}
