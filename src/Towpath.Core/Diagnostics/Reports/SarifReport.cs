using System.Collections.Immutable;
using System.Text.Json;

namespace Towpath.Core.Diagnostics.Reports;

/// <summary>Diagnostics as SARIF 2.1.0 (OASIS), the format that GitHub's code scanning and most editors read.</summary>
public static class SarifReport
{
    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";

    // The name under which GitHub looks for it; it makes its own where there is none.
    private const string FingerprintKind = "primaryLocationLineHash";

    /// <summary>One run with its rules and results.</summary>
    /// <param name="diagnostics">In the order to show.</param>
    /// <param name="folder">Folder that their files count from, relative to the top of the repository; <c>.</c> for the top.</param>
    /// <param name="version">Version of the program.</param>
    public static string Write(ImmutableArray<Diagnostic> diagnostics, string folder, string version)
    {
        var codes = diagnostics.Select(d => d.Code).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        var names = Fingerprints.Of(diagnostics);
        var log = new SarifLog(
            Schema,
            "2.1.0",
            [
                new SarifRun(
                    new SarifTool(new SarifDriver("Towpath", version, version, [.. codes.Select(code => Rule(code, diagnostics))])),
                    // Reports of several folders of one commit stand side by side instead of the last in place of the others.
                    new SarifAutomation($"towpath/{ReportPath.Of(folder, "")}/"),
                    "utf16CodeUnits",
                    [.. diagnostics.Select((d, i) => Result(d, folder, codes.IndexOf(d.Code), names[i]))]),
            ]);
        return JsonSerializer.Serialize(log, SarifJson.Default.SarifLog);
    }

    private static SarifRule Rule(string code, ImmutableArray<Diagnostic> diagnostics)
    {
        var page = DiagnosticPages.Page(code);
        return new SarifRule(
            code,
            new SarifMessage(page?.Title ?? code),
            new SarifMessage(page?.Section("What it does") ?? code),
            new SarifHelp(page?.Section("What to do") ?? code, page?.Markdown ?? code),
            new SarifConfiguration(Level(diagnostics.Where(d => d.Code == code).Max(d => d.Severity))));
    }

    private static SarifResult Result(Diagnostic diagnostic, string folder, int rule, string name) => new(
        diagnostic.Code,
        rule,
        Level(diagnostic.Severity),
        new SarifMessage(string.Join('\n', diagnostic.Notes.Prepend(diagnostic.Headline).Append(diagnostic.Help).OfType<string>())),
        [new SarifLocation(new SarifPhysicalLocation(Artifact(folder, diagnostic.Location?.File ?? ReportPath.Anchor), Region(diagnostic.Location)))],
        new Dictionary<string, string>(StringComparer.Ordinal) { [FingerprintKind] = name },
        diagnostic.Fix is { } fix ? [Fix(fix, folder)] : null);

    private static SarifFix Fix(Fix fix, string folder) => new(
        new SarifMessage(fix.Title),
        [
            .. fix.Edits.GroupBy(edit => edit.Place.File, StringComparer.Ordinal).Select(file => new SarifChange(
                Artifact(folder, file.Key),
                [.. file.Select(edit => new SarifReplacement(Region(edit.Place) with { Snippet = null }, new SarifContent(edit.Replacement)))])),
        ]);

    private static SarifArtifact Artifact(string folder, string file) => new(ReportPath.Uri(folder, file));

    private static SarifRegion Region(Location? place) => place is null
        ? new SarifRegion(1, 1, 1, 1, null)
        : new SarifRegion(place.Line, place.Column, place.EndLine, place.EndColumn, place.Excerpt is { Length: > 0 } line ? new SarifContent(line) : null);

    private static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
