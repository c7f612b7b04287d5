using System.Collections.Immutable;

namespace Towpath.Server.Storage;

/// <summary>
/// The outbox: what is to be announced, to be told apart from what was. Rows are made from the journal by a cursor for each channel, which moves in the same
/// transaction, so that no fact is left out and none comes twice. Of a channel's dead ones the newest <see cref="AnnouncementRecord.MostDead"/> are kept; the
/// transaction in which one dies forgets and counts those before.
/// </summary>
public interface IAnnouncementStore
{
    /// <summary>
    /// Says which channels there are. One that is new begins behind the last fact: what happened before is not announced. One that is gone forgets its
    /// place, and what still waits for it is dead.
    /// </summary>
    void KeepChannels(ImmutableArray<string> channels, DateTimeOffset now);

    /// <summary>Sequence of the last fact that a channel has looked at; null for a channel that there is not.</summary>
    long? ChannelCursor(string channel);

    /// <summary>Adds announcements and moves the channel's cursor, guarded by the lease.</summary>
    /// <param name="lease">The channel's lease.</param>
    /// <param name="channel">Channel.</param>
    /// <param name="from">Where the cursor must be.</param>
    /// <param name="to">Where it moves.</param>
    /// <param name="announcements">Facts after <paramref name="from"/>, up to <paramref name="to"/>, that are announced, in order.</param>
    /// <param name="now">The time.</param>
    /// <returns>False where the cursor is elsewhere: nothing is stored.</returns>
    /// <exception cref="StaleLeaseException">Another control plane took the channel.</exception>
    bool QueueAnnouncements(Lease lease, string channel, long from, long to, ImmutableArray<NewAnnouncement> announcements, DateTimeOffset now);

    /// <summary>The announcement whose turn it is: of those that wait, the one of the oldest fact. Null for none.</summary>
    AnnouncementRecord? NextAnnouncement(string channel);

    /// <summary>Stores what became of an announcement, guarded by the lease.</summary>
    /// <returns>True where it is dead, and an older dead one was forgotten for it.</returns>
    /// <exception cref="StaleLeaseException">Another control plane took the channel.</exception>
    bool UpdateAnnouncement(Lease lease, AnnouncementRecord announcement);

    /// <summary>An announcement, or null.</summary>
    AnnouncementRecord? Announcement(long number);

    /// <summary>Announcements, newest first: of the facts of one application or of all facts, of one channel or all, in one state or any.</summary>
    IReadOnlyList<AnnouncementRecord> Announcements(string? application, string? channel, AnnouncementState? state, int limit);

    /// <summary>How many announcements of a channel wait.</summary>
    int WaitingAnnouncements(string channel);

    /// <summary>How many dead announcements were forgotten, by channels that had too many, whether they are still there or not.</summary>
    IReadOnlyDictionary<string, long> ForgottenAnnouncements();

    /// <summary>Lets dead announcements wait for their turn again, with their keys and with all attempts before them; others are left as they are.</summary>
    /// <returns>How many there were.</returns>
    int ReplayAnnouncements(ImmutableArray<long> numbers, DateTimeOffset now);

    /// <summary>Forgets what was delivered before a time.</summary>
    void RemoveDelivered(DateTimeOffset before);
}

/// <summary>What becomes of an announcement.</summary>
public enum AnnouncementState
{
    /// <summary>It waits for its turn, or to be tried again.</summary>
    Waiting,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>The receiver refused it, or did not take it in all attempts.</summary>
    Dead,
}

/// <summary>A fact that is to be announced.</summary>
/// <param name="Fact">Its sequence.</param>
/// <param name="Key">Idempotency key.</param>
public sealed record NewAnnouncement(long Fact, string Key);

/// <summary>An announcement in a channel.</summary>
/// <param name="Number">Number, from 1; never given twice.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Fact">Sequence of the fact.</param>
/// <param name="Key">Idempotency key.</param>
/// <param name="State">What became of it.</param>
/// <param name="Attempts">Attempts so far, since it was queued or replayed.</param>
/// <param name="NextAt">Not to be tried before.</param>
/// <param name="Detail">What the last attempt brought, without secrets; null before the first.</param>
/// <param name="QueuedAt">Since when.</param>
/// <param name="SettledAt">When it was delivered or died; null while it waits.</param>
public sealed record AnnouncementRecord(
    long Number, string Channel, long Fact, string Key, AnnouncementState State, int Attempts, DateTimeOffset NextAt, string? Detail,
    DateTimeOffset QueuedAt, DateTimeOffset? SettledAt)
{
    /// <summary>Dead announcements that are kept of one channel.</summary>
    public const int MostDead = 1000;

    /// <summary>The detail of one that is dead because its channel went.</summary>
    public const string ChannelGone = "its channel is no longer configured";
}
