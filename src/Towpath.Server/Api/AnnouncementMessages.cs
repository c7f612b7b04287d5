using Towpath.Server.Storage;

namespace Towpath.Server.Api;

/// <summary>An announcement, and what became of it.</summary>
/// <param name="Id">Its name, <c>a-N</c>.</param>
/// <param name="Channel">Channel.</param>
/// <param name="State">What became of it.</param>
/// <param name="Event">What is announced.</param>
/// <param name="Application">Application; empty where it concerns all.</param>
/// <param name="Environment">Environment, or null.</param>
/// <param name="Text">The fact's sentence.</param>
/// <param name="At">When it happened.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="NextAt">When it is tried again; null where it is not.</param>
/// <param name="SettledAt">When it was delivered or died; null while it waits.</param>
/// <param name="Detail">What the last attempt brought; null before the first.</param>
/// <param name="Key">Idempotency key, as the receiver sees it.</param>
public sealed record AnnouncementAnswer(
    string Id, string Channel, AnnouncementState State, string Event, string Application, string? Environment, string Text, DateTimeOffset At,
    int Attempts, DateTimeOffset? NextAt, DateTimeOffset? SettledAt, string? Detail, string Key);

/// <summary>A list of announcements.</summary>
/// <param name="Announcements">The newest, newest first; 200 at most.</param>
/// <param name="Forgotten">What can't be listed any more.</param>
public sealed record AnnouncementsAnswer(IReadOnlyList<AnnouncementAnswer> Announcements, IReadOnlyList<ForgottenAnswer> Forgotten);

/// <summary>A channel had more dead announcements than are kept.</summary>
/// <param name="Channel">Channel.</param>
/// <param name="Count">How many were forgotten, of whatever application.</param>
public sealed record ForgottenAnswer(string Channel, long Count);

/// <summary>Which dead announcements are replayed.</summary>
/// <param name="Announcement">One, <c>a-N</c>; null for all.</param>
/// <param name="Channel">Those of one channel; null for those of all.</param>
public sealed record ReplayRequest(string? Announcement, string? Channel);

/// <summary>What is replayed.</summary>
/// <param name="Announcements">Their names, oldest first; a thousand at most.</param>
public sealed record ReplayAnswer(IReadOnlyList<string> Announcements);

/// <summary>A test of a channel.</summary>
/// <param name="Actor">Who tries it.</param>
public sealed record ChannelTestRequest(string Actor);

/// <summary>What came of a test.</summary>
/// <param name="Channel">Channel.</param>
/// <param name="Taken">The receiver took it.</param>
/// <param name="Answer">What it answered, or what went wrong.</param>
public sealed record ChannelTestAnswer(string Channel, bool Taken, string Answer);
