using System.Collections.Immutable;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// The outbox of announcements.
internal sealed partial class MemoryStore
{
    private readonly Dictionary<string, long> _cursors = [];
    private readonly SortedDictionary<long, AnnouncementRecord> _announcements = [];
    private readonly Dictionary<string, long> _forgotten = [];
    private long _lastAnnouncement;

    /// <inheritdoc/>
    public void KeepChannels(ImmutableArray<string> channels, DateTimeOffset now) => Write(() =>
    {
        foreach (var gone in _cursors.Keys.Except(channels).ToList())
        {
            _cursors.Remove(gone);
            foreach (var waiting in _announcements.Values.Where(a => a.Channel == gone && a.State == AnnouncementState.Waiting).ToList())
                _announcements[waiting.Number] = waiting with { State = AnnouncementState.Dead, Detail = AnnouncementRecord.ChannelGone, SettledAt = now };
            ForgetDead(gone);
        }
        foreach (var added in channels) _cursors.TryAdd(added, _facts.Count);
    });

    /// <inheritdoc/>
    public long? ChannelCursor(string channel) => Read(() => _cursors.TryGetValue(channel, out var cursor) ? cursor : (long?)null);

    /// <inheritdoc/>
    public bool QueueAnnouncements(Lease lease, string channel, long from, long to, ImmutableArray<NewAnnouncement> announcements, DateTimeOffset now) => Write(() =>
    {
        Guard(lease);
        if (!_cursors.TryGetValue(channel, out var cursor) || cursor != from) return false;
        _cursors[channel] = to;
        foreach (var added in announcements)
        {
            var number = ++_lastAnnouncement;
            _announcements[number] = new AnnouncementRecord(number, channel, added.Fact, added.Key, AnnouncementState.Waiting, 0, now, null, now, null);
        }
        return true;
    });

    /// <inheritdoc/>
    public AnnouncementRecord? NextAnnouncement(string channel) => Read(() =>
        _announcements.Values.Where(a => a.Channel == channel && a.State == AnnouncementState.Waiting).MinBy(a => a.Fact));

    /// <inheritdoc/>
    public bool UpdateAnnouncement(Lease lease, AnnouncementRecord announcement) => Write(() =>
    {
        Guard(lease);
        if (_announcements.ContainsKey(announcement.Number)) _announcements[announcement.Number] = announcement;
        return announcement.State == AnnouncementState.Dead && ForgetDead(announcement.Channel);
    });

    /// <inheritdoc/>
    public int WaitingAnnouncements(string channel) => Read(() => _announcements.Values.Count(a => a.Channel == channel && a.State == AnnouncementState.Waiting));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> ForgottenAnnouncements() => Read(() => _forgotten.ToDictionary());

    /// <inheritdoc/>
    public AnnouncementRecord? Announcement(long number) => Read(() => _announcements.GetValueOrDefault(number));

    /// <inheritdoc/>
    public IReadOnlyList<AnnouncementRecord> Announcements(string? application, string? channel, AnnouncementState? state, int limit) => Read(() => _announcements.Values.Reverse()
        .Where(a => (application is null || (a.Fact <= _facts.Count && _facts[(int)a.Fact - 1].Application == application))
            && (channel is null || a.Channel == channel) && (state is null || a.State == state)).Take(limit).ToList());

    /// <inheritdoc/>
    public int ReplayAnnouncements(ImmutableArray<long> numbers, DateTimeOffset now) => Write(() =>
    {
        var dead = numbers.Select(n => _announcements.GetValueOrDefault(n)).Where(a => a is { State: AnnouncementState.Dead }).ToList();
        foreach (var announcement in dead)
            _announcements[announcement!.Number] = announcement with { State = AnnouncementState.Waiting, Attempts = 0, NextAt = now, SettledAt = null };
        return dead.Count;
    });

    /// <inheritdoc/>
    public void RemoveDelivered(DateTimeOffset before) => Write(() =>
    {
        foreach (var old in _announcements.Values.Where(a => a.State == AnnouncementState.Delivered && a.SettledAt < before).ToList()) _announcements.Remove(old.Number);
    });

    private bool ForgetDead(string channel)
    {
        var gone = _announcements.Values.Where(a => a.Channel == channel && a.State == AnnouncementState.Dead).SkipLast(AnnouncementRecord.MostDead).ToList();
        foreach (var old in gone) _announcements.Remove(old.Number);
        if (gone.Count > 0) _forgotten[channel] = _forgotten.GetValueOrDefault(channel) + gone.Count;
        return gone.Count > 0;
    }
}
