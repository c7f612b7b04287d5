using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Integrations;

/// <summary>What people ask about announcements.</summary>
internal sealed class AnnouncementDesk(ServerConfiguration configuration, IStore store, IAnnouncer announcer, TimeProvider time)
{
    private const int Listed = 200;
    private const int Replayed = 1000;
    private const string Prefix = "a-";

    /// <summary>The newest announcements of one application or everything, of one channel or all, newest first.</summary>
    public AnnouncementsAnswer List(string? application, string? channel, AnnouncementState? state)
    {
        if (channel is not null && store.Announcements(application, channel, null, 1).Count == 0) Find(channel, Serving(application));
        return new AnnouncementsAnswer([.. store.Announcements(application, channel, state, Listed).Select(Answer)], state is null or AnnouncementState.Dead ? Forgotten(application, channel) : []);
    }

    /// <summary>Lets dead announcements wait for their turn again: one, or all of the channels that there are.</summary>
    public ReplayAnswer Replay(ReplayRequest request)
    {
        if (request.Announcement is { } name) return new ReplayAnswer([One(name)]);
        if (request.Channel is { } channel) Find(channel);
        var names = configuration.Channels.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var dead = store.Announcements(null, request.Channel, AnnouncementState.Dead, Replayed).Where(a => names.Contains(a.Channel)).Select(a => a.Number).Order().ToList();
        store.ReplayAnnouncements([.. dead], time.GetUtcNow());
        return new ReplayAnswer([.. dead.Select(NameOf)]);
    }

    /// <summary>Sends a test, once, past the outbox.</summary>
    public async Task<ChannelTestAnswer> TestAsync(string channel, string actor, CancellationToken cancellationToken)
    {
        var test = AnnouncementBuilder.Test(channel, actor, time.GetUtcNow());
        var attempt = await announcer.SendAsync(Find(channel), test, Guid.NewGuid().ToString("n"), cancellationToken);
        return new ChannelTestAnswer(channel, attempt.Result == DeliveryResult.Taken, attempt.Detail);
    }

    private List<ForgottenAnswer> Forgotten(string? application, string? channel)
    {
        var serving = Serving(application).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return store.ForgottenAnnouncements()
            .Where(f => (channel is null || f.Key == channel) && (application is null || serving.Contains(f.Key)))
            .OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => new ForgottenAnswer(f.Key, f.Value)).ToList();
    }

    private string One(string name)
    {
        var number = name.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : -1;
        var announcement = store.Announcement(number) ?? throw new DiagnosticException(ExitCode.NotFound, AnnouncementDiagnostics.UnknownAnnouncement(name));
        // Without its channel it would wait for ever.
        Find(announcement.Channel);
        return store.ReplayAnnouncements([number], time.GetUtcNow()) == 1
            ? name
            : throw new DiagnosticException(ExitCode.Usage, AnnouncementDiagnostics.NotDead(name, Word(announcement.State)));
    }

    /// <summary>Who asks about one application is told of its channels only.</summary>
    private ImmutableArray<Channel> Serving(string? application) => [.. configuration.Channels.Where(c => application is null || c.Serves(application))];

    private Channel Find(string name) => Find(name, configuration.Channels);

    private static Channel Find(string name, ImmutableArray<Channel> among) => among.FirstOrDefault(c => c.Name == name)
        ?? throw new DiagnosticException(ExitCode.NotFound, AnnouncementDiagnostics.UnknownChannel(name, [.. among.Select(c => c.Name)]));

    private AnnouncementAnswer Answer(AnnouncementRecord record)
    {
        var fact = store.Facts(null, record.Fact - 1, 1).FirstOrDefault(f => f.Sequence == record.Fact);
        return new AnnouncementAnswer(
            NameOf(record.Number), record.Channel, record.State, fact is null ? "" : AnnouncementEvents.Of(fact)?.Name ?? fact.Kind, fact?.Application ?? "", fact?.Environment,
            fact?.Text ?? "", fact?.At ?? record.QueuedAt, record.Attempts, record.State == AnnouncementState.Waiting ? record.NextAt : null, record.SettledAt, record.Detail, record.Key);
    }

    private static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");

    private static string Word(AnnouncementState state) => state == AnnouncementState.Waiting ? "waiting" : "delivered";
}
