using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Core.Announcements;

/// <summary>Facts to announcements.</summary>
public static class AnnouncementBuilder
{
    // Whatever a commit's subject or an engine's message says: nobody reads more than this in a chat.
    private const int LongestTitle = 200;
    private const int LongestText = 2500;
    private const int LongestValue = 300;

    /// <summary>The announcement of a fact.</summary>
    /// <exception cref="ArgumentException">The fact is nothing that is announced.</exception>
    public static Announcement Of(Fact fact)
    {
        var kind = AnnouncementEvents.Of(fact) ?? throw new ArgumentException($"{fact.Kind} is not announced", nameof(fact));
        return new Announcement
        {
            Event = kind.Name,
            At = fact.At,
            Title = Line($"{Place(fact)}: {kind.Title}", LongestTitle),
            Text = CutText.At(Clean(Sentences(fact)), LongestText),
            Severity = kind.Severity,
            Fields = [.. Fields(fact).Where(f => f.Value is { Length: > 0 }).Select(f => new AnnouncementField(f.Name, Line(f.Value!, LongestValue)))],
            Sequence = fact.Sequence,
            Application = fact.Application,
            Environment = fact.Environment,
            Release = fact.Release,
            Deployment = fact.Deployment,
            Run = fact.Run,
            Issue = fact.Issue,
            Actor = fact.Actor,
        };
    }

    /// <summary>What a person sends to see whether a channel works.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="actor">Who tries it.</param>
    /// <param name="now">When.</param>
    public static Announcement Test(string channel, string actor, DateTimeOffset now) => new()
    {
        Event = AnnouncementEvents.Test,
        At = now,
        Title = Line($"Towpath: test of the channel {channel}", LongestTitle),
        Text = Line($"{actor} tries whether announcements arrive here. They do.", LongestText),
        Severity = AnnouncementSeverity.Info,
        Actor = actor,
    };

    /// <summary>
    /// The idempotency key of a fact's announcement in a channel: 32 hexadecimal digits, the same however often it is sent, and the same
    /// where a restored control plane comes upon the same fact again. Another fact in that place of the journal has another key.
    /// </summary>
    public static string KeyOf(string channel, Fact fact)
    {
        var words = FormattableString.Invariant($"{channel}\n{fact.Sequence}\n{fact.At.UtcTicks}\n{fact.Kind}\n{fact.Application}\n{fact.Text}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words)).AsSpan(0, 16));
    }

    private static string Place(Fact fact) => (fact.Application, fact.Environment) switch
    {
        ("", _) => "Towpath",
        (var application, null) => application,
        var (application, environment) => $"{application}/{environment}",
    };

    private static string Sentences(Fact fact) =>
        fact.Diagnostic is { } failure && !fact.Text.Contains(failure.Headline, StringComparison.Ordinal)
            ? $"{fact.Text}\n{failure.Headline}"
            : fact.Text;

    private static IEnumerable<(string Name, string? Value)> Fields(Fact fact) =>
    [
        ("Release", fact.Release),
        ("Service", fact.Service),
        ("By", fact.Actor),
        ("Role", fact.Role),
        ("Took", fact.Duration is { } took ? GateWords.Of(took) : null),
        ("Deployment", fact.Deployment),
        ("Run", fact.Run),
        ("Code", fact.Diagnostic?.Code),
        ("What to do", fact.Diagnostic?.Help),
    ];

    private static string Line(string text, int most) => CutText.At(Clean(text).Replace('\n', ' '), most);

    /// <summary>Without control characters, which could end a header or hide text; line ends become line feeds.</summary>
    private static string Clean(string text) =>
        string.Concat(text.ReplaceLineEndings("\n").Select(c => c == '\n' || !char.IsControl(c) ? c : ' ')).Trim();
}
