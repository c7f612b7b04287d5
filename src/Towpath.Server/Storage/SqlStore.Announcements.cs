using System.Collections.Immutable;
using System.Data.Common;
using Dapper;

namespace Towpath.Server.Storage;

// The outbox of announcements.
public abstract partial class SqlStore
{
    private const string SelectAnnouncement =
        """
        SELECT number AS Number, channel AS Channel, fact AS Fact, key AS Key, state AS State, attempts AS Attempts, next_at AS NextAt, detail AS Detail,
            queued_at AS QueuedAt, settled_at AS SettledAt
        FROM announcements
        """;

    /// <inheritdoc/>
    public void KeepChannels(ImmutableArray<string> channels, DateTimeOffset now) => Write(connection =>
    {
        var known = connection.Query<string>("SELECT name FROM announcement_channels").ToList();
        foreach (var name in known.Except(channels))
        {
            connection.Execute(
                """
                DELETE FROM announcement_channels WHERE name = @name;
                UPDATE announcements SET state = 'Dead', detail = @ChannelGone, settled_at = @now WHERE channel = @name AND state = 'Waiting';
                """,
                new { name, AnnouncementRecord.ChannelGone, now = Text(now) });
            ForgetDead(connection, name);
        }
        foreach (var name in channels.Except(known))
        {
            connection.Execute(
                "INSERT INTO announcement_channels (name, cursor, since) SELECT @name, value, @now FROM counters WHERE name = 'fact'",
                new { name, now = Text(now) });
        }
    });

    /// <inheritdoc/>
    public long? ChannelCursor(string channel) => Read(connection => connection.ExecuteScalar<long?>(
        "SELECT cursor FROM announcement_channels WHERE name = @channel", new { channel }));

    /// <inheritdoc/>
    public bool QueueAnnouncements(Lease lease, string channel, long from, long to, ImmutableArray<NewAnnouncement> announcements, DateTimeOffset now) => Write(connection =>
    {
        Guard(connection, lease);
        if (connection.Execute("UPDATE announcement_channels SET cursor = @to WHERE name = @channel AND cursor = @from", new { channel, from, to }) == 0)
            return false;
        if (announcements.IsEmpty)
            return true;
        var number = Next(connection, "announcement", announcements.Length) - announcements.Length;
        connection.Execute(
            """
            INSERT INTO announcements (number, channel, fact, key, state, attempts, next_at, queued_at)
            VALUES (@Number, @channel, @Fact, @Key, 'Waiting', 0, @now, @now)
            """,
            announcements.Select(a => new { Number = ++number, channel, a.Fact, a.Key, now = Text(now) }).ToList());
        return true;
    });

    /// <inheritdoc/>
    public AnnouncementRecord? NextAnnouncement(string channel) => Read(connection => connection
        .QueryFirstOrDefault<AnnouncementRow>(SelectAnnouncement + " WHERE channel = @channel AND state = 'Waiting' ORDER BY fact LIMIT 1", new { channel })?.ToRecord());

    /// <inheritdoc/>
    public bool UpdateAnnouncement(Lease lease, AnnouncementRecord announcement) => Write(connection =>
    {
        Guard(connection, lease);
        connection.Execute(
            "UPDATE announcements SET state = @State, attempts = @Attempts, next_at = @NextAt, detail = @Detail, settled_at = @SettledAt WHERE number = @Number",
            new
            {
                State = announcement.State.ToString(),
                announcement.Attempts,
                NextAt = Text(announcement.NextAt),
                Detail = Plain(announcement.Detail),
                SettledAt = announcement.SettledAt is { } at ? Text(at) : null,
                announcement.Number,
            });
        return announcement.State == AnnouncementState.Dead && ForgetDead(connection, announcement.Channel);
    });

    /// <inheritdoc/>
    public int WaitingAnnouncements(string channel) => Read(connection => connection.ExecuteScalar<int>(
        "SELECT COUNT(*) FROM announcements WHERE channel = @channel AND state = 'Waiting'", new { channel }));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> ForgottenAnnouncements() => Read(connection => connection
        .Query<(string Channel, long Count)>("SELECT channel, count FROM announcements_forgotten").ToDictionary(row => row.Channel, row => row.Count));

    /// <inheritdoc/>
    public AnnouncementRecord? Announcement(long number) => Read(connection => connection
        .QuerySingleOrDefault<AnnouncementRow>(SelectAnnouncement + " WHERE number = @number", new { number })?.ToRecord());

    /// <inheritdoc/>
    public IReadOnlyList<AnnouncementRecord> Announcements(string? application, string? channel, AnnouncementState? state, int limit) => Read(connection => connection
        .Query<AnnouncementRow>(
            SelectAnnouncement +
            """
             WHERE (@channel IS NULL OR channel = @channel) AND (@state IS NULL OR state = @state)
                AND (@application IS NULL OR EXISTS (SELECT 1 FROM facts WHERE sequence = fact AND application = @application))
            ORDER BY number DESC LIMIT @limit
            """,
            new { application, channel, state = state?.ToString(), limit })
        .Select(row => row.ToRecord()).ToList());

    /// <inheritdoc/>
    public int ReplayAnnouncements(ImmutableArray<long> numbers, DateTimeOffset now) => Write(connection => numbers.Sum(number => connection.Execute(
        "UPDATE announcements SET state = 'Waiting', attempts = 0, next_at = @now, settled_at = NULL WHERE number = @number AND state = 'Dead'",
        new { number, now = Text(now) })));

    /// <inheritdoc/>
    public void RemoveDelivered(DateTimeOffset before) => Write(connection => connection.Execute(
        "DELETE FROM announcements WHERE state = 'Delivered' AND settled_at < @before", new { before = Text(before) }));

    private static bool ForgetDead(DbConnection connection, string channel)
    {
        var gone = connection.Execute(
            """
            DELETE FROM announcements WHERE channel = @channel AND state = 'Dead' AND number <= (
                SELECT number FROM announcements WHERE channel = @channel AND state = 'Dead' ORDER BY number DESC LIMIT 1 OFFSET @MostDead)
            """,
            new { channel, AnnouncementRecord.MostDead });
        if (gone == 0) return false;
        connection.Execute(
            "INSERT INTO announcements_forgotten (channel, count) VALUES (@channel, @gone) ON CONFLICT (channel) DO UPDATE SET count = announcements_forgotten.count + @gone",
            new { channel, gone });
        return true;
    }

    private sealed record AnnouncementRow(
        long Number, string Channel, long Fact, string Key, string State, long Attempts, string NextAt, string? Detail, string QueuedAt, string? SettledAt)
    {
        public AnnouncementRecord ToRecord() => new(
            Number, Channel, Fact, Key, Enum.Parse<AnnouncementState>(State), (int)Attempts, Time(NextAt), Detail, Time(QueuedAt), SettledAt is null ? null : Time(SettledAt));
    }
}
