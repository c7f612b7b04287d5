using System.Collections.Immutable;
using Towpath.Core.Announcements;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Sources;
using Towpath.Core.Trackers;

namespace Towpath.Core.Configuration;

/// <summary>What <c>server.yaml</c> says to a control plane.</summary>
/// <param name="Channels">Where announcements go, trackers among them; no two have one name.</param>
public sealed record ServerConfiguration(ImmutableArray<Channel> Channels)
{
    /// <summary>Where people reach the control plane, with a slash at its end; null where nobody said.</summary>
    public Uri? Url { get; init; }

    /// <summary>The repositories that the control plane keeps itself.</summary>
    public GitSettings Git { get; init; } = new();

    /// <summary>Repositories elsewhere that are watched; no two have one name.</summary>
    public ImmutableArray<SourceSpec> Sources { get; init; } = [];

    /// <summary>Projects whose issues are deploy requests: those of the channels that are trackers.</summary>
    public IEnumerable<TrackerSpec> Trackers => Channels.OfType<TrackerChannel>().Select(c => c.Tracker);

    /// <summary>What holds without a file.</summary>
    public static ServerConfiguration None { get; } = new(ImmutableArray<Channel>.Empty);

    /// <summary>Keys that values of secrets are sealed with, as <see cref="KeyText"/> reads them; null where Towpath keeps one of its own.</summary>
    public Secret? SecretKeys { get; init; }

    /// <summary>What operators say about ports.</summary>
    public PortPolicy Ports { get; init; } = PortPolicy.Default;

    /// <summary>How to reach PostgreSQL, if it is to be the store; null for the file in the state folder.</summary>
    public Secret? Postgres { get; init; }

    /// <summary>Where it answers beside its loopback port; null for nowhere.</summary>
    public ListenPolicy? Listen { get; init; }

    /// <summary>Who else may say who somebody is; null for nobody.</summary>
    public ProviderPolicy? Provider { get; init; }
}

/// <summary>Kinds of channels.</summary>
public enum ChannelKind
{
    /// <summary>A webhook of Discord.</summary>
    Discord,

    /// <summary>An incoming webhook of Slack.</summary>
    Slack,

    /// <summary>A webhook of a workflow in Microsoft Teams.</summary>
    Teams,

    /// <summary>A receiver of one's own, with a signature.</summary>
    Webhook,

    /// <summary>E-mail.</summary>
    Smtp,

    /// <summary>Issues, changes and commits of a tracker.</summary>
    Tracker,
}

/// <summary>A place where announcements go.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Applications">Whose announcements; empty for those of all.</param>
/// <param name="Events">Which, by their words in <see cref="AnnouncementEvents"/>.</param>
public abstract record Channel(string Name, ChannelKind Kind, ImmutableArray<string> Applications, ImmutableSortedSet<string> Events)
{
    /// <summary>Whether a fact is announced here. What concerns everything concerns each application.</summary>
    public bool Wants(Fact fact) =>
        AnnouncementEvents.Of(fact) is { } kind
        && Events.Contains(kind.Name)
        && (fact.Application.Length == 0 || Serves(fact.Application));

    /// <summary>Whether an application is announced here.</summary>
    public bool Serves(string application) => Applications.IsEmpty || Applications.Contains(application);
}

/// <summary>A channel that is reached by a POST.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Applications">Whose announcements; empty for those of all.</param>
/// <param name="Events">Which.</param>
/// <param name="Url">Absolute address; whoever knows it may write there.</param>
/// <param name="Key">What requests are signed with; null for services that have no signatures.</param>
public sealed record HttpChannel(
    string Name, ChannelKind Kind, ImmutableArray<string> Applications, ImmutableSortedSet<string> Events, Secret Url, Secret? Key)
    : Channel(Name, Kind, Applications, Events);

/// <summary>How the connection to a mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>By STARTTLS, which must be offered.</summary>
    StartTls,

    /// <summary>By TLS from the first byte.</summary>
    Implicit,

    /// <summary>Not at all: for a server on this machine only.</summary>
    None,
}

/// <summary>A channel that is reached by e-mail.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Applications">Whose announcements; empty for those of all.</param>
/// <param name="Events">Which.</param>
/// <param name="Host">The mail server that takes them.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="User">Login name, or null for none.</param>
/// <param name="Password">Its password, or null.</param>
/// <param name="From">Address of the sender.</param>
/// <param name="To">Addresses of the readers; at least one.</param>
public sealed record MailChannel(
    string Name, ImmutableArray<string> Applications, ImmutableSortedSet<string> Events,
    string Host, int Port, MailSecurity Security, string? User, Secret? Password, string From, ImmutableArray<string> To)
    : Channel(Name, ChannelKind.Smtp, Applications, Events);

/// <summary>A tracker as a channel: what happens to requests and runs is written to its issues, changes and commits.</summary>
/// <param name="Tracker">The tracker.</param>
public sealed record TrackerChannel(TrackerSpec Tracker) : Channel(Tracker.Name, ChannelKind.Tracker, Tracker.Applications, AnnouncementEvents.ForTrackers);
