using System.Collections.Concurrent;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Journal;
using Towpath.Server.Integrations;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Integrations;

/// <summary>Announcements are never lost, whatever happens; on each store. Each store has a class of tests that inherits these.</summary>
public abstract class OutboxContract(IStore store)
{
    // Far behind what happens in a test.
    private const long First = -10_000;

    private static readonly DeliveryAttempt Down = new(DeliveryResult.Failed, "HTTP 503");

    private readonly ManualTime _time = new();
    private readonly FakeAnnouncer _announcer = new();
    private readonly ConcurrentQueue<string> _log = new();

    [Fact]
    public async Task Step_FactsOfBeforeTheChannel_AreNotAnnounced()
    {
        Happen("old");
        store.KeepChannels(["team"], _time.Now);
        Happen("new");

        await IdleAsync(Outbox());

        _announcer.Sent.Select(s => s.Announcement.Text).ShouldBe(["new"]);
        store.Announcements(null, "team", AnnouncementState.Delivered, 10).ShouldHaveSingleItem().Detail.ShouldBe("HTTP 204");
    }

    [Fact]
    public async Task Step_FactsThatTheChannelDoesNotWant_AreLeftOut()
    {
        store.KeepChannels(["team"], _time.Now);
        store.Append(
            Facts.Of(FactKind.StepStarted, 1), Facts.Release(FactKind.ReleaseCreated, 1, text: "of the shop"), Facts.Release(FactKind.ReleaseCreated, 1) with { Application = "other" },
            Facts.Of(FactKind.WorldStopped, 1, text: "everything") with { Application = "" }, Facts.Of(FactKind.PipelineSucceeded, 1));

        await IdleAsync(Outbox(Channels.Http(applications: ["shop"])));

        _announcer.Sent.Select(s => s.Announcement.Text).ShouldBe(["of the shop", "everything"]);
        store.ChannelCursor("team").ShouldBe(store.LastSequence());
    }

    [Fact]
    public async Task Step_KilledAtAnyWrite_LosesNothingAndKeepsKeysAndOrder()
    {
        var crashes = 0;
        foreach (var point in Enum.GetValues<CrashPoint>())
        {
            for (var at = 1; ; at++)
            {
                var channel = Channels.Http($"c-{point}-{at}".ToLowerInvariant());
                store.KeepChannels([channel.Name], _time.Now);
                var expected = new[] { Happen("one"), Happen("two"), Happen("three") };
                var crashing = CrashingStore.Around(store, at, point);
                if (await RunsThroughAsync(Outbox(channel, crashing))) break;
                crashes++;

                // The next control plane has the same name, as after a restart.
                _time.Now += TimeSpan.FromMinutes(1);
                await IdleAsync(Outbox(channel));
                var sent = _announcer.Sent.Where(s => s.Channel == channel.Name).ToList();
                sent.Select(s => s.Announcement.Sequence).Distinct().ShouldBe(expected);
                sent.GroupBy(s => s.Announcement.Sequence).ShouldAllBe(g => g.Select(s => s.Key).Distinct().Count() == 1);
                sent.Select(s => s.Key).Distinct().Count().ShouldBe(3);
                sent.Count.ShouldBeLessThanOrEqualTo(4, "only what was under way when it died may come twice");
                store.Announcements(null, channel.Name, null, 10).ShouldAllBe(a => a.State == AnnouncementState.Delivered);
            }
        }

        crashes.ShouldBeGreaterThan(8);
    }

    [Fact]
    public async Task Step_KilledAfterTheReceiverTookIt_SendsItAgainWithTheSameKey()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        Happen("two");
        var isFirst = true;
        _announcer.Answer = (_, _, _) =>
        {
            if (!isFirst) return Task.FromResult(new DeliveryAttempt(DeliveryResult.Taken, "HTTP 204"));
            isFirst = false;
            throw new CrashException();
        };

        (await RunsThroughAsync(Outbox())).ShouldBeFalse();
        store.NextAnnouncement("team").ShouldNotBeNull().Attempts.ShouldBe(1, "it was counted before it was made");
        _time.Now += TimeSpan.FromMinutes(1);
        await IdleAsync(Outbox());

        _announcer.Sent.Select(s => s.Announcement.Text).ShouldBe(["one", "one", "two"]);
        _announcer.Sent.Select(s => s.Key).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Step_ReceiverDownForAnHour_ThenGetsAllInOrder()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        Happen("two");
        var until = _time.Now.AddHours(1);
        _announcer.Answer = (_, _, _) => Task.FromResult(_time.Now < until ? Down : new DeliveryAttempt(DeliveryResult.Taken, "HTTP 204"));

        var outbox = Outbox();
        for (var minute = 0; minute < 90; minute++)
        {
            await IdleAsync(outbox);
            if (minute == 30) Happen("three");
            _time.Now += TimeSpan.FromMinutes(1);
        }

        var tried = _announcer.Sent.Select(s => s.Announcement.Text).ToList();
        tried.Count(t => t == "one").ShouldBeInRange(8, 15);
        tried.Distinct().ShouldBe(["one", "two", "three"]);
        tried.Count(t => t is "two" or "three").ShouldBe(2, "the others wait for their turn");
        _announcer.Sent.GroupBy(s => s.Announcement.Text).ShouldAllBe(g => g.Select(s => s.Key).Distinct().Count() == 1);
        _log.Count(l => l.Contains("HTTP 503", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Step_ReceiverAsksForTime_GetsIt()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        _announcer.Answer = (_, _, _) => Task.FromResult(new DeliveryAttempt(DeliveryResult.Failed, "HTTP 429", TimeSpan.FromMinutes(2)));

        var outbox = Outbox();
        await IdleAsync(outbox);
        _time.Now += TimeSpan.FromSeconds(119);
        await IdleAsync(outbox);
        _announcer.Sent.Count.ShouldBe(1);
        _time.Now += TimeSpan.FromSeconds(1);
        await IdleAsync(outbox);
        _announcer.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Step_ReceiverDownAndMuchHappens_TheRestWaitsInTheJournal()
    {
        store.KeepChannels(["team"], _time.Now);
        store.Append([.. Enumerable.Range(1, 1100).Select(n => Facts.Release(FactKind.ReleaseCreated, n, text: $"{n}"))]);
        _announcer.Answer = (_, _, _) => Task.FromResult(Down);
        var outbox = Outbox();

        await IdleAsync(outbox);

        store.Announcements(null, "team", AnnouncementState.Waiting, 2000).Count.ShouldBe(500);
        var before = _announcer.Sent.Count;
        _announcer.Answer = (_, _, _) => Task.FromResult(new DeliveryAttempt(DeliveryResult.Taken, "HTTP 204"));
        for (var minute = 0; minute < 5; minute++, _time.Now += TimeSpan.FromMinutes(1))
            for (var steps = 0; steps < 400 && await outbox.StepAsync(TestContext.Current.CancellationToken) == TimeSpan.Zero; steps++) continue;
        _announcer.Sent.Skip(before).Select(s => s.Announcement.Text).ShouldBe(Enumerable.Range(1, 1100).Select(n => $"{n}"));
    }

    [Fact]
    public async Task Step_ClockPutBackByYears_DoesNotWaitForThem()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        var now = _time.Now;
        _time.Now = now.AddYears(3);
        _announcer.Answer = (_, _, _) => Task.FromResult(Down);
        var outbox = Outbox();
        await IdleAsync(outbox);
        _time.Now = now;
        _announcer.Answer = (_, _, _) => Task.FromResult(new DeliveryAttempt(DeliveryResult.Taken, "HTTP 204"));

        await IdleAsync(outbox);

        _announcer.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Step_Refused_IsDeadAtOnceAndTheNextGoesOn_AndReplayKeepsTheKey()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        Happen("two");
        var isMended = false;
        _announcer.Answer = (_, announcement, _) => Task.FromResult(
            announcement.Text == "one" && !isMended ? new DeliveryAttempt(DeliveryResult.Refused, "HTTP 404: gone") : new DeliveryAttempt(DeliveryResult.Taken, "HTTP 204"));

        var outbox = Outbox();
        await IdleAsync(outbox);
        var dead = store.Announcements(null, null, AnnouncementState.Dead, 10).ShouldHaveSingleItem();
        dead.Detail.ShouldBe("HTTP 404: gone");
        dead.Attempts.ShouldBe(1);
        _log.ShouldContain(l => l.Contains("is dead: HTTP 404: gone", StringComparison.Ordinal));

        isMended = true;
        store.ReplayAnnouncements([dead.Number], _time.Now).ShouldBe(1);
        store.ReplayAnnouncements([dead.Number], _time.Now).ShouldBe(0, "it is not dead any more");
        await IdleAsync(outbox);
        _announcer.Sent.Select(s => s.Announcement.Text).ShouldBe(["one", "two", "one"]);
        _announcer.Sent[2].Key.ShouldBe(_announcer.Sent[0].Key);
        store.Announcements(null, "team", AnnouncementState.Delivered, 10).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Step_NeverTaken_IsDeadAfterAllAttempts()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        _announcer.Answer = (_, _, _) => Task.FromResult(Down);

        var outbox = Outbox();
        for (var i = 0; i < 100; i++)
        {
            await IdleAsync(outbox);
            _time.Now += TimeSpan.FromMinutes(30);
        }

        _announcer.Sent.Count.ShouldBe(RetryPolicy.MostAttempts);
        store.Announcements(null, "team", AnnouncementState.Dead, 10).ShouldHaveSingleItem().Detail.ShouldBe("given up after 24 attempts: HTTP 503");
    }

    [Fact]
    public async Task Step_OutcomeCanNeverBeStored_IsSentNoMoreOftenThanAnyOther()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        for (var i = 0; i < 200; i++)
        {
            // The write of the outcome: after those of the lease, the first time of the cursor, and of the attempt's beginning.
            await RunsThroughAsync(Outbox(through: CrashingStore.Around(store, i == 0 ? 4 : 3, CrashPoint.Before)));
            _time.Now += TimeSpan.FromMinutes(i % 2 == 0 ? 0 : 30);
        }

        _announcer.Sent.Count.ShouldBe(RetryPolicy.MostAttempts);
        _announcer.Sent.Select(s => s.Key).Distinct().Count().ShouldBe(1);
        store.Announcements(null, "team", AnnouncementState.Dead, 10).ShouldHaveSingleItem().Detail.ShouldBe("given up after 24 attempts: begun; nothing is known of its end");
    }

    [Fact]
    public async Task Step_AnotherControlPlaneHoldsTheChannel_SendsNothing()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        await IdleAsync(Outbox(owner: "a"));
        Happen("two");

        await IdleAsync(Outbox(owner: "b"));

        _announcer.Sent.Select(s => s.Announcement.Text).ShouldBe(["one"]);
    }

    [Fact]
    public async Task Step_LeaseLostWhileSending_StoresNothingAndTheOtherSendsItWithTheSameKey()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        var isFirst = true;
        _announcer.Answer = (_, _, _) =>
        {
            if (isFirst) store.TryTakeLease("", "announcements:team", "b", _time.Now.AddMinutes(5), TimeSpan.FromSeconds(30)).ShouldNotBeNull();
            isFirst = false;
            return Task.FromResult(new DeliveryAttempt(DeliveryResult.Taken, "HTTP 204"));
        };

        await Should.ThrowAsync<StaleLeaseException>(() => IdleAsync(Outbox(owner: "a")));
        store.NextAnnouncement("team").ShouldNotBeNull().State.ShouldBe(AnnouncementState.Waiting);
        _time.Now += TimeSpan.FromMinutes(1);
        await IdleAsync(Outbox(owner: "b"));

        _announcer.Sent.Count.ShouldBe(2);
        _announcer.Sent.Select(s => s.Key).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Announcements_OfOneApplication_LeaveOutTheOthersAndWhatConcernsAll()
    {
        store.KeepChannels(["team"], _time.Now);
        store.Append(
            Facts.Release(FactKind.ReleaseCreated, 1) with { Application = "other" }, Facts.Release(FactKind.ReleaseCreated, 1),
            Facts.Of(FactKind.WorldStopped, 1) with { Application = "" });
        await IdleAsync(Outbox());

        store.Announcements(null, null, null, 10).Count.ShouldBe(3);
        store.Announcements("shop", null, null, 10).ShouldHaveSingleItem().Fact.ShouldBe(store.LastSequence() - 1);
        store.Announcements("other", "team", AnnouncementState.Delivered, 10).Count.ShouldBe(1);
        store.Announcements("other", "team", AnnouncementState.Dead, 10).ShouldBeEmpty();
    }

    [Fact]
    public void QueueAnnouncements_CursorElsewhere_StoresNothing()
    {
        store.KeepChannels(["team"], _time.Now);
        var at = store.ChannelCursor("team")!.Value;
        var fact = Happen("one");
        var lease = store.TryTakeLease("", "announcements:team", "a", _time.Now, TimeSpan.FromSeconds(30))!;

        store.QueueAnnouncements(lease, "team", at, fact, [new NewAnnouncement(fact, "k")], _time.Now).ShouldBeTrue();
        store.QueueAnnouncements(lease, "team", at, fact, [new NewAnnouncement(fact, "k")], _time.Now).ShouldBeFalse();
        store.QueueAnnouncements(lease, "none", at, fact, [], _time.Now).ShouldBeFalse();
        store.Announcements(null, null, null, 10).Count.ShouldBe(1);
        Should.Throw<StaleLeaseException>(() => store.QueueAnnouncements(lease with { Token = lease.Token + 1 }, "team", fact, fact, [], _time.Now));
        Should.Throw<StaleLeaseException>(() => store.UpdateAnnouncement(lease with { Token = lease.Token + 1 }, store.NextAnnouncement("team")!));
    }

    [Fact]
    public async Task KeepChannels_ChannelGone_ItsWaitingAreDeadAndItBeginsAnewWhenItComesBack()
    {
        store.KeepChannels(["team", "ops"], _time.Now);
        Happen("one");
        _announcer.Answer = (_, _, _) => Task.FromResult(Down);
        await IdleAsync(Outbox());

        store.KeepChannels(["ops"], _time.Now);
        store.Announcements(null, "team", AnnouncementState.Dead, 10).ShouldHaveSingleItem().Detail.ShouldBe(AnnouncementRecord.ChannelGone);
        store.ChannelCursor("team").ShouldBeNull();
        Happen("while it was gone");
        store.KeepChannels(["team", "ops"], _time.Now);
        store.ChannelCursor("team").ShouldBe(store.LastSequence());
        store.ChannelCursor("ops").ShouldNotBe(store.LastSequence(), "one that stayed keeps its place");
    }

    [Fact]
    public async Task RemoveDelivered_Old_LeavesWhatIsDeadOrWaits()
    {
        store.KeepChannels(["team"], _time.Now);
        Happen("one");
        Happen("two");
        _announcer.Answer = (_, announcement, _) => Task.FromResult(announcement.Text == "two" ? new DeliveryAttempt(DeliveryResult.Refused, "no") : new DeliveryAttempt(DeliveryResult.Taken, "yes"));
        await IdleAsync(Outbox());

        store.RemoveDelivered(_time.Now);
        store.Announcements(null, null, null, 10).Count.ShouldBe(2);
        store.RemoveDelivered(_time.Now.AddSeconds(1));
        store.Announcements(null, null, null, 10).ShouldHaveSingleItem().State.ShouldBe(AnnouncementState.Dead);
    }

    [Fact]
    public async Task UpdateAnnouncement_MoreDeadThanAreKept_ForgetsTheOldestOfThatChannelAndCountsThem()
    {
        store.KeepChannels(["team", "ops"], _time.Now);
        Happen("kept");
        _announcer.Answer = (_, _, _) => Task.FromResult(new DeliveryAttempt(DeliveryResult.Refused, "no"));
        await IdleAsync(Outbox(Channels.Http("ops")));
        Fill("team", AnnouncementRecord.MostDead + 2);

        store.KeepChannels(["ops"], _time.Now);
        store.Announcements(null, "team", AnnouncementState.Dead, 2000).Count.ShouldBe(AnnouncementRecord.MostDead);
        store.ForgottenAnnouncements().ShouldBe(new Dictionary<string, long> { ["team"] = 2 });

        store.KeepChannels(["team", "ops"], _time.Now);
        Happen("one");
        Happen("two");
        await IdleAsync(Outbox());
        var dead = store.Announcements(null, "team", AnnouncementState.Dead, 2000);
        dead.Count.ShouldBe(AnnouncementRecord.MostDead);
        dead[0].Fact.ShouldBe(store.LastSequence());
        dead[^1].Fact.ShouldBe(First + 4, "the oldest went");
        store.ForgottenAnnouncements().ShouldBe(new Dictionary<string, long> { ["team"] = 4 });
        store.Announcements(null, "ops", AnnouncementState.Dead, 10).ShouldHaveSingleItem();
        _log.Count(line => line.Contains("the channel team has more than 1000 dead announcements", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>Waiting announcements of facts that nobody needs to have happened.</summary>
    private void Fill(string channel, int count)
    {
        var lease = store.TryTakeLease("", $"announcements:{channel}", "a", _time.Now, TimeSpan.FromSeconds(30))!;
        var cursor = store.ChannelCursor(channel)!.Value;
        store.QueueAnnouncements(lease, channel, cursor, cursor, [.. Enumerable.Range(0, count).Select(i => new NewAnnouncement(First + i, "k"))], _time.Now).ShouldBeTrue();
    }

    private long Happen(string text)
    {
        store.Append(Facts.Release(FactKind.ReleaseCreated, 1, text: text));
        return store.LastSequence();
    }

    private ChannelOutbox Outbox(Channel? channel = null, IStore? through = null, string owner = "a") =>
        new(channel ?? Channels.Http(), through ?? store, _announcer, new Leases(through ?? store, owner, _time), _time, () => 0, _log.Enqueue);

    private static async Task IdleAsync(ChannelOutbox outbox)
    {
        for (var steps = 0; await outbox.StepAsync(TestContext.Current.CancellationToken) == TimeSpan.Zero; steps++) steps.ShouldBeLessThan(1000);
    }

    private static async Task<bool> RunsThroughAsync(ChannelOutbox outbox)
    {
        try
        {
            await IdleAsync(outbox);
            return true;
        }
        catch (CrashException)
        {
            return false;
        }
    }
}
