using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Server.Trackers;

/// <summary>What is remembered of an issue.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Mark">By which its one comment about where it stands is found: made by chance, so that nobody can put it into a comment of his own before there is ours.</param>
internal sealed record IssueRecord(long Number, string Mark)
{
    /// <summary>Application of its request; null before there is one.</summary>
    public string? Application { get; init; }

    /// <summary>Environment of its request.</summary>
    public string? Environment { get; init; }

    /// <summary>Release of its request.</summary>
    public string? Release { get; init; }

    /// <summary>Hash of the text that was taken over; empty while that is under way.</summary>
    public string Text { get; init; } = "";

    /// <summary>Why it is no request as it is now, each a line of Markdown; empty where it is one.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>It was open when it was looked at last.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether its request is that one.</summary>
    public bool IsFor(string application, string environment, string release) => Application == application && Environment == environment && Release == release;
}

/// <summary>What is remembered of a tracker, as small values of the store: no application has an empty name, so none of an environment can be meant.</summary>
internal sealed class TrackedIssues(string tracker, IStore store)
{
    private const string SinceKey = "since";
    private readonly string _place = $"tracker:{tracker}";

    /// <summary>An issue, or null.</summary>
    public IssueRecord? Issue(long number) => Read(IssueKey(number)) is { } text ? JsonSerializer.Deserialize(text, TrackersJson.Default.IssueRecord) : null;

    /// <summary>The issue of a request, or null.</summary>
    public IssueRecord? IssueOf(string application, string environment, string release) =>
        long.TryParse(Read(RequestKey(application, environment, release)), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && Issue(number) is { } issue && issue.IsFor(application, environment, release) ? issue : null;

    /// <summary>A record of an issue that was never seen.</summary>
    public static IssueRecord New(long number) => new(number, RandomMark());

    /// <summary>Stores an issue in place of what was known of it, together with facts.</summary>
    /// <exception cref="StaleValueException">Somebody else was first; nothing is stored.</exception>
    public void Save(IssueRecord issue, params ImmutableArray<Fact> facts)
    {
        var key = IssueKey(issue.Number);
        List<ValueChange> changes = [new(_place, key, Read(key), JsonSerializer.Serialize(issue, TrackersJson.Default.IssueRecord))];
        if (issue is { Application: { } application, Environment: { } environment, Release: { } release })
        {
            var link = RequestKey(application, environment, release);
            changes.Add(new(_place, link, Read(link), issue.Number.ToString(CultureInfo.InvariantCulture)));
        }

        store.ChangeValues("", [.. changes], facts);
    }

    /// <summary>Up to when changes were looked at, by the tracker's clock; null before the first look.</summary>
    public DateTimeOffset? Since
    {
        get => DateTimeOffset.TryParse(Read(SinceKey), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since : null;
        set => store.SetValue("", _place, SinceKey, value!.Value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
    }

    /// <summary>The mark of an application's comment at a change; null where there is none and none is to be made.</summary>
    public string? MarkOf(long change, string application, bool make)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"change:{change}:{application}");
        if (Read(key) is { } mark) return mark;
        if (!make) return null;
        mark = RandomMark();
        store.SetValue("", _place, key, mark);
        return mark;
    }

    private string? Read(string key) => store.Value("", _place, key);

    private static string RandomMark() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string IssueKey(long number) => string.Create(CultureInfo.InvariantCulture, $"issue:{number}");

    private static string RequestKey(string application, string environment, string release) => $"request:{application}/{environment}/{release}";
}

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IssueRecord))]
internal sealed partial class TrackersJson : JsonSerializerContext;
