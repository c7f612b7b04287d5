using System.Collections.Immutable;

namespace Towpath.Core.Announcements;

/// <summary>How an announcement is meant.</summary>
public enum AnnouncementSeverity
{
    /// <summary>For information.</summary>
    Info,

    /// <summary>Something went well.</summary>
    Good,

    /// <summary>Somebody is waited for, or something is not as it was left.</summary>
    Warning,

    /// <summary>Something went wrong.</summary>
    Bad,
}

/// <summary>A name and a value beside the text.</summary>
/// <param name="Name">A word or two.</param>
/// <param name="Value">One line.</param>
public sealed record AnnouncementField(string Name, string Value);

/// <summary>
/// A fact of the journal in words for people who do not watch the journal. Free of any service's own format: each channel makes its
/// own of it. It holds no secrets, since facts hold none, and no control characters but line feeds.
/// </summary>
public sealed record Announcement
{
    /// <summary>Which event, a word of <see cref="AnnouncementEvents"/>; <c>test</c> for one that a person asked for.</summary>
    public required string Event { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>A line: where, and what.</summary>
    public required string Title { get; init; }

    /// <summary>A sentence or two.</summary>
    public required string Text { get; init; }

    /// <summary>How it is meant.</summary>
    public required AnnouncementSeverity Severity { get; init; }

    /// <summary>What else is known of it.</summary>
    public ImmutableArray<AnnouncementField> Fields { get; init; } = [];

    /// <summary>Position of the fact in the journal; 0 for a test.</summary>
    public long Sequence { get; init; }

    /// <summary>Application; empty where it concerns all.</summary>
    public string Application { get; init; } = "";

    /// <summary>Environment, or null.</summary>
    public string? Environment { get; init; }

    /// <summary>Release, or null.</summary>
    public string? Release { get; init; }

    /// <summary>Deployment (<c>d-N</c>), or null.</summary>
    public string? Deployment { get; init; }

    /// <summary>Pipeline run (<c>p-N</c>), or null.</summary>
    public string? Run { get; init; }

    /// <summary>Issue of a tracker (<c>TRACKER/N</c>), or null.</summary>
    public string? Issue { get; init; }

    /// <summary>Who asked for it, or null.</summary>
    public string? Actor { get; init; }
}
