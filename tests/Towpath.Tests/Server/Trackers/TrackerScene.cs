using System.Collections.Frozen;
using Towpath.Core.Announcements;
using Towpath.Core.Applications;
using Towpath.Core.Configuration;
using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Core.Trackers;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Integrations;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Trackers;

namespace Towpath.Tests.Server.Trackers;

/// <summary>A tracker on this machine and what reads and writes it, around a real store. Production asks for a request and a yes of Ops; ben may request, and is Ben.There there.</summary>
internal sealed class TrackerScene : IAsyncDisposable
{
    public const string Whole = "release: r-1\nenvironment: production\n\n### What\na basket\n\n### Why\nthe sale\n\n### Risk\nsums\n\n### Rollback\neasy\n\n### Contact\nben\n";
    public const string Partly = "release: r-1\nenvironment: production\n\n### What\na basket\n\n### Why\nthe sale\n";

    private readonly TrackerAnnouncer _announcer;
    private readonly ChannelOutbox _outbox;

    private TrackerScene(TrackerServer server, Uri? address)
    {
        Server = server;
        Spec = server.Spec with { Accounts = new Dictionary<string, string> { ["ben.there"] = "ben", ["carl"] = "carl", ["gone"] = "gone" }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase) };
        var production = ServerScene.Rungs.Environment("production")! with { Gates = new GateSpecs { Request = true, Confirmation = new ConfirmationSpec(["ops"], Distinct: true) } };
        Parts.Brings = new Ladder([.. ServerScene.Rungs.Environments.Take(2), production]);
        Parts.Store.SaveApplication("shop", "/repository", ".", Parts.Brings);
        Parts.Store.AddAccount(new AccountRecord("ben", AccountKind.Person, [], false, Parts.Time.Now));
        Parts.Store.AddAccount(new AccountRecord("carl", AccountKind.Person, [], false, Parts.Time.Now));
        Parts.Store.SetGrant("ben", new Grant(Role.Developer, new Extent("shop", null)));
        Parts.Store.SetGrant("carl", new Grant(Role.Developer, new Extent("shop", "staging")));
        Desk = new DeliveryDesk(Parts.Store, Parts.Ladder, Parts.Gates, Parts.Time);
        Parts.Ship("r-1");
        Parts.Arrive("staging", "r-1");
        var tracker = Spec.Kind == TrackerKind.GitLab ? (ITracker)new GitLabTracker(Spec, TimeProvider.System) : new GitHubTracker(Spec, TimeProvider.System);
        Issues = new TrackedIssues(Spec.Name, Parts.Store);
        var leases = new Leases(Parts.Store, "test", Parts.Time);
        Watch = new TrackerWatch(Spec, tracker, Issues, new IssueDesk(Spec, Issues, Desk, Parts.Store, Parts.Time), Parts.Store, leases, Parts.Time);
        _announcer = new TrackerAnnouncer(new Dictionary<string, ITracker> { [Spec.Name] = tracker }.ToFrozenDictionary(), Desk, Parts.Store, address, TimeProvider.System);
        var channel = new TrackerChannel(Spec);
        Parts.Store.KeepChannels([channel.Name], Parts.Time.Now);
        _outbox = new ChannelOutbox(channel, Parts.Store, new Only(_announcer), leases, Parts.Time, () => 0, Parts.Log.Enqueue);
    }

    public TrackerServer Server { get; }

    public TrackerSpec Spec { get; }

    public ServerScene Parts { get; } = new();

    public DeliveryDesk Desk { get; }

    public TrackedIssues Issues { get; }

    public TrackerWatch Watch { get; }

    public IEnumerable<string> Kinds => Parts.Journal.Select(f => f.Kind);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TrackerScene> StartAsync(TrackerServer server, Uri? address = null) => new(await server.StartAsync(), address);

    /// <summary>Looks once, and writes all that there is to write, however often it fails meanwhile.</summary>
    public async Task TurnAsync()
    {
        Parts.Time.Now += TimeSpan.FromMinutes(1);
        await Watch.LookAsync(Cancel);
        await WriteAsync();
    }

    /// <summary>Writes all that there is to write; waits between attempts pass at once.</summary>
    public async Task WriteAsync()
    {
        for (var step = 0; step < 500; step++)
        {
            if (await _outbox.StepAsync(Cancel) == TimeSpan.Zero) continue;
            if (Parts.Store.WaitingAnnouncements(Spec.Name) == 0 && Parts.Store.ChannelCursor(Spec.Name) == Parts.Store.LastSequence()) return;
            Parts.Time.Now += TimeSpan.FromMinutes(30);
        }

        throw new InvalidOperationException("the outbox never came to rest");
    }

    public void Confirm() => Desk.Confirm("shop", new ConfirmRequest("production", "r-1", "ops", "bob"));

    public void Arrive()
    {
        Parts.Arrive("production", "r-1");
        Parts.Store.Append(new Fact { At = Parts.Time.Now, Kind = FactKind.DeploymentSucceeded, Application = "shop", Environment = "production", Release = "r-1", Text = "r-1 runs in production", Deployment = "d-9" });
    }

    public string Label(RequestState state) => IssueWords.Label(Spec.Kind, state);

    /// <summary>The state that an issue's labels say: exactly one.</summary>
    public RequestState State(long issue) => Enum.GetValues<RequestState>().Single(s => Server.Issue(issue).Labels.Contains(Label(s)));

    public async ValueTask DisposeAsync()
    {
        Server.Wrong.ShouldBeEmpty();
        _announcer.Dispose();
        await Server.DisposeAsync();
        Parts.Dispose();
    }

    /// <summary>An announcer for trackers alone.</summary>
    private sealed class Only(TrackerAnnouncer trackers) : IAnnouncer
    {
        public Task<DeliveryAttempt> SendAsync(Channel channel, Announcement announcement, string key, CancellationToken cancellationToken) =>
            trackers.SendAsync((TrackerChannel)channel, announcement, key, cancellationToken);
    }
}
