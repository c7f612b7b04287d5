using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Integrations;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Integrations;

public sealed class AnnouncementDeskTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly SqliteStore _store;
    private readonly ManualTime _time = new();
    private readonly AnnouncementDesk _desk;

    public AnnouncementDeskTests()
    {
        _store = new SqliteStore(_folder["state.db"]);
        var configuration = new ServerConfiguration([Channels.Http("shops", applications: ["shop"]), Channels.Http("others", applications: ["other"])]);
        _desk = new AnnouncementDesk(configuration, _store, new FakeAnnouncer(), _time);
        _store.KeepChannels(["shops", "others"], _time.Now);
        _store.Append(Facts.Release(FactKind.ReleaseCreated, 1), Facts.Release(FactKind.ReleaseCreated, 1) with { Application = "other" });
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void List_OfOneApplication_KnowsItsChannelsOnly()
    {
        Queue("shops", 1);
        Queue("others", 2);

        _desk.List(null, null, null).Announcements.Select(a => a.Application).ShouldBe(["other", "shop"]);
        _desk.List("shop", null, null).Announcements.ShouldHaveSingleItem().Channel.ShouldBe("shops");
        _desk.List("shop", "shops", AnnouncementState.Dead).Announcements.ShouldBeEmpty();
        var refused = Should.Throw<DiagnosticException>(() => _desk.List("shop", "others", null)).Diagnostics.ShouldHaveSingleItem();
        refused.Code.ShouldBe("TP4510");
        refused.Notes.ShouldBe(["there are shops"]);
    }

    [Fact]
    public void List_OfMoreDeadOnesThanAreKept_SaysHowManyWent()
    {
        var fillers = Enumerable.Range(-10_000, AnnouncementRecord.MostDead).Select(i => (long)i);
        Queue("shops", [.. fillers, 1]);
        Queue("others", [.. fillers, 1, 2]);
        _store.KeepChannels([], _time.Now);

        _desk.List(null, null, null).Forgotten.ShouldBe([new ForgottenAnswer("others", 2), new ForgottenAnswer("shops", 1)]);
        _desk.List("shop", null, AnnouncementState.Dead).Forgotten.ShouldBe([new ForgottenAnswer("shops", 1)]);
        _desk.List(null, "others", null).Forgotten.ShouldBe([new ForgottenAnswer("others", 2)]);
        _desk.List(null, null, AnnouncementState.Waiting).Forgotten.ShouldBeEmpty();
    }

    private void Queue(string channel, params long[] facts)
    {
        var lease = _store.TryTakeLease("", $"announcements:{channel}", "a", _time.Now, TimeSpan.FromSeconds(30))!;
        var cursor = _store.ChannelCursor(channel)!.Value;
        _store.QueueAnnouncements(lease, channel, cursor, cursor, [.. facts.Select(fact => new NewAnnouncement(fact, AnnouncementBuilder.KeyOf(channel, Facts.Release(FactKind.ReleaseCreated, 1))))], _time.Now).ShouldBeTrue();
    }
}
