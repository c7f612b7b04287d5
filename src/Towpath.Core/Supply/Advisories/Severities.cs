using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply.Advisories;

/// <summary>How bad a record of OSV says that it is: by its CVSS v3 vector, else by the word that its database gives.</summary>
internal static class Severities
{
    /// <summary>Of a package, else of the whole record.</summary>
    public static (VulnerabilitySeverity Severity, double? Score) Of(JsonElement affected, JsonElement record)
    {
        var score = Scores(affected).Concat(Scores(record)).OfType<double>().Select(s => (double?)s).FirstOrDefault();
        if (score is { } known) return (OfScore(known), score);
        var word = Word(affected, "ecosystem_specific") ?? Word(affected, "database_specific") ?? Word(record, "database_specific") ?? Ubuntu(affected) ?? Ubuntu(record);
        return (OfWord(word), null);
    }

    /// <summary>CVSS v3.1, section 5: the scale of words. Nothing is no vulnerability of any weight.</summary>
    public static VulnerabilitySeverity OfScore(double score) => score switch
    {
        >= 9 => VulnerabilitySeverity.Critical,
        >= 7 => VulnerabilitySeverity.High,
        >= 4 => VulnerabilitySeverity.Medium,
        _ => VulnerabilitySeverity.Low,
    };

    private static VulnerabilitySeverity OfWord(string? word) => word?.ToLowerInvariant() switch
    {
        "critical" => VulnerabilitySeverity.Critical,
        "high" or "important" => VulnerabilitySeverity.High,
        "medium" or "moderate" => VulnerabilitySeverity.Medium,
        "low" or "negligible" or "minor" => VulnerabilitySeverity.Low,
        _ => VulnerabilitySeverity.Unknown,
    };

    private static IEnumerable<double?> Scores(JsonElement element) =>
        OsvReader.Items(element, "severity").Where(s => JsonText.Text(s, "type") == "CVSS_V3").Select(s => JsonText.Text(s, "score") is { } vector ? Cvss.BaseScore(vector) : null);

    private static string? Ubuntu(JsonElement element) =>
        OsvReader.Items(element, "severity").Where(s => JsonText.Text(s, "type") == "Ubuntu").Select(s => JsonText.Text(s, "score")).FirstOrDefault();

    private static string? Word(JsonElement element, string key) =>
        element.TryGetProperty(key, out var specific) && specific.ValueKind == JsonValueKind.Object ? JsonText.Text(specific, "severity") : null;
}
