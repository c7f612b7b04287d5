using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Applications.Readers;

namespace Towpath.Core.Ci;

/// <summary>
/// Evidence as a file: a JSON object with <c>format</c> <c>towpath-evidence/1</c>. Times are ISO 8601, durations seconds. What a signature covers is the bytes of the file as they
/// are, so it is never written anew on its way.
/// </summary>
public static partial class CiEvidenceFile
{
    /// <summary>Most characters of a file.</summary>
    public const int Longest = 256 * 1024;

    private const string Format = "towpath-evidence/1";
    private const int MostSteps = 500;
    private const int LongestWord = 1000;

    /// <summary>The text of a file.</summary>
    public static string Write(CiEvidence evidence) => JsonSerializer.Serialize(
        new Document(
            Format,
            evidence.Application,
            evidence.Commit,
            evidence.IsGreen ? "green" : "red",
            evidence.StartedAt,
            Seconds(evidence.Duration),
            [.. evidence.Steps.Select(s => new Step(s.Name, s.Succeeded, Seconds(s.Duration), s.Detail is { } detail ? Cut(detail) : null))],
            evidence.Images,
            evidence.Place is { } place ? new RanAt(place.System.Word(), place.Url, place.Run, place.Reference, place.Runner) : null),
        EvidenceJson.Default.Document) + "\n";

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="evidence">What it says; null where it can't be read.</param>
    /// <returns>Why it can't be read, a part of a sentence; null where nothing is wrong with it.</returns>
    public static string? Read(string text, out CiEvidence? evidence)
    {
        evidence = null;
        if (text.Length > Longest) return "it is longer than 256 KB";
        try
        {
            if (JsonSerializer.Deserialize(text, EvidenceJson.Default.Document) is not { } document) return "it is empty";
            if (Problem(document) is { } problem) return problem;
            var read = new CiEvidence(
                document.Application!, document.Commit!, document.StartedAt, TimeSpan.FromSeconds(document.Seconds),
                [.. document.Steps!.Select(s => new CiStep(s.Name!, s.Succeeded, TimeSpan.FromSeconds(s.Seconds), s.Detail))],
                document.Images ?? ImmutableSortedDictionary<string, string>.Empty,
                document.RanAt is { } at ? new CiPlace(CiWords.Find(at.System!)!.Value, at.Url, at.Run, at.Reference, at.Runner) : null);
            if ((document.Verdict == "green") != read.IsGreen) return $"it says {document.Verdict}, and its steps say otherwise";
            evidence = read;
            return null;
        }
        catch (JsonException e)
        {
            return $"it is not in its form: line {(e.LineNumber ?? 0) + 1}";
        }
    }

    /// <summary>Whether a text is a commit's full object name.</summary>
    public static bool IsCommit(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigitLower);

    private static string? Problem(Document document) => document switch
    {
        _ when document.Format != Format => $"its format is not {Format}",
        _ when document.Application is null || !Names.IsLabel(document.Application, Names.LongestApplication) => "it names no application",
        _ when !IsCommit(document.Commit) => "it names no whole commit",
        _ when document.Verdict is not ("green" or "red") => "its verdict is neither green nor red",
        _ when document.StartedAt.Year < 2000 => "it does not say when it began",
        _ when !IsTime(document.Seconds) => "it took no time that can be",
        _ when document.Steps is not { Length: > 0 and <= MostSteps } => "it has no steps, or more than 500",
        _ when document.Steps.Any(s => s.Name is not { Length: > 0 and <= LongestWord } || !IsTime(s.Seconds) || s.Detail?.Length > LongestWord + 1) => "a step of it has no name, or is too long",
        _ when document.Images is { Count: > MostSteps } || document.Images?.Any(i => i.Key.Length > LongestWord || i.Value is not { Length: <= LongestWord }) == true => "its images are too many or too long",
        _ when document.RanAt is { } at && Problem(at) is { } problem => problem,
        _ => null,
    };

    private static string? Problem(RanAt at) => at switch
    {
        _ when at.System is null || CiWords.Find(at.System) is null => "it ran in no system that is known",
        _ when new[] { at.Url, at.Run, at.Reference, at.Runner }.Any(word => word?.Length > LongestWord || word?.Any(char.IsControl) == true) => "where it ran is too long",
        // It is shown as a link.
        _ when at.Url is not null && !(Uri.TryCreate(at.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0) => "its url is no address of a page",
        _ => null,
    };

    private static bool IsTime(double seconds) => double.IsFinite(seconds) && seconds is >= 0 and <= 7 * 24 * 3600;

    private static double Seconds(TimeSpan time) => Math.Round(Math.Max(0, time.TotalSeconds), 3);

    private static string Cut(string text) => text.Length <= LongestWord ? text : text[..LongestWord] + "…";

    private sealed record Document(
        string? Format,
        string? Application,
        string? Commit,
        string? Verdict,
        DateTimeOffset StartedAt,
        double Seconds,
        Step[]? Steps,
        ImmutableSortedDictionary<string, string>? Images,
        RanAt? RanAt);

    private sealed record Step(string? Name, bool Succeeded, double Seconds, string? Detail);

    private sealed record RanAt(string? System, string? Url, string? Run, string? Reference, string? Runner);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        MaxDepth = 8,
        WriteIndented = true,
        NewLine = "\n")]
    [JsonSerializable(typeof(Document))]
    private sealed partial class EvidenceJson : JsonSerializerContext;
}
