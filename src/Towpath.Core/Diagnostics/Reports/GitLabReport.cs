using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Diagnostics.Reports;

/// <summary>Diagnostics as GitLab's Code Quality report, which it shows in merge requests.</summary>
public static class GitLabReport
{
    /// <summary>A JSON array of findings.</summary>
    /// <param name="diagnostics">In the order to show.</param>
    /// <param name="folder">Folder that their files count from, relative to the top of the repository; <c>.</c> for the top.</param>
    public static string Write(ImmutableArray<Diagnostic> diagnostics, string folder)
    {
        var names = Fingerprints.Of(diagnostics);
        return JsonSerializer.Serialize([.. diagnostics.Select((d, i) => Finding(d, folder, names[i]))], GitLabJson.Default.ImmutableArrayGitLabFinding);
    }

    private static GitLabFinding Finding(Diagnostic diagnostic, string folder, string name) => new(
        $"{diagnostic.Code}: {diagnostic.Headline}",
        diagnostic.Code,
        name,
        diagnostic.Severity switch { Severity.Error => "critical", Severity.Warning => "minor", _ => "info" },
        new GitLabLocation(
            ReportPath.Of(folder, diagnostic.Location?.File ?? ReportPath.Anchor),
            new GitLabLines(diagnostic.Location?.Line ?? 1, diagnostic.Location is { } place && place.EndLine > place.Line ? place.EndLine : null)));
}

internal sealed record GitLabFinding(string Description, string CheckName, string Fingerprint, string Severity, GitLabLocation Location);

internal sealed record GitLabLocation(string Path, GitLabLines Lines);

internal sealed record GitLabLines(int Begin, int? End);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(ImmutableArray<GitLabFinding>))]
internal sealed partial class GitLabJson : JsonSerializerContext;
