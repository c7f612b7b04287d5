using System.Collections.Immutable;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// The outbox of announcements.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public void KeepChannels(ImmutableArray<string> channels, DateTimeOffset now) => Write(() => inner.KeepChannels(channels, now));

    /// <inheritdoc/>
    public long? ChannelCursor(string channel) => Read(() => inner.ChannelCursor(channel));

    /// <inheritdoc/>
    public bool QueueAnnouncements(Lease lease, string channel, long from, long to, ImmutableArray<NewAnnouncement> announcements, DateTimeOffset now) =>
        Write(() => inner.QueueAnnouncements(lease, channel, from, to, announcements, now));

    /// <inheritdoc/>
    public AnnouncementRecord? NextAnnouncement(string channel) => Read(() => inner.NextAnnouncement(channel));

    /// <inheritdoc/>
    public bool UpdateAnnouncement(Lease lease, AnnouncementRecord announcement) => Write(() => inner.UpdateAnnouncement(lease, announcement));

    /// <inheritdoc/>
    public AnnouncementRecord? Announcement(long number) => Read(() => inner.Announcement(number));

    /// <inheritdoc/>
    public IReadOnlyList<AnnouncementRecord> Announcements(string? application, string? channel, AnnouncementState? state, int limit) =>
        Read(() => inner.Announcements(application, channel, state, limit));

    /// <inheritdoc/>
    public int WaitingAnnouncements(string channel) => Read(() => inner.WaitingAnnouncements(channel));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> ForgottenAnnouncements() => Read(inner.ForgottenAnnouncements);

    /// <inheritdoc/>
    public int ReplayAnnouncements(ImmutableArray<long> numbers, DateTimeOffset now) => Write(() => inner.ReplayAnnouncements(numbers, now));

    /// <inheritdoc/>
    public void RemoveDelivered(DateTimeOffset before) => Write(() => inner.RemoveDelivered(before));
}
