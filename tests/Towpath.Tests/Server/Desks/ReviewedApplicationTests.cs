using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Pipelines;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Desks;

/// <summary>The readiness sheet of an application of two teams, over the real API with a real store.</summary>
public sealed class ReviewedApplicationTests
{
    private const string Shop = PeopleScene.Shop;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sheet_AtEachDueTime_IsWrittenOnceWithTwoControlPlanes()
    {
        await using var people = await BeginAsync();
        // Monday the 2nd of March, 10:00 UTC: what was due an hour before is not made up for.
        Look(people, TimeSpan.Zero);
        Look(people, TimeSpan.FromDays(2));
        people.Facts(FactKind.ReviewWritten).ShouldBeEmpty();
        // Wednesday 08:00 is nothing; the next Monday is.
        Look(people, TimeSpan.FromDays(5) - TimeSpan.FromHours(2));
        var fact = people.Facts(FactKind.ReviewWritten).ShouldHaveSingleItem();
        fact.Text.ShouldStartWith("the readiness sheet of shop, due 2026-03-09 08:00 UTC, is written: ");
        Look(people, TimeSpan.FromMinutes(1));
        people.Facts(FactKind.ReviewWritten).Count().ShouldBe(1);

        var written = (await people.Dev.WrittenReviewsAsync(Shop, Cancel)).ShouldHaveSingleItem();
        written.Text.ShouldStartWith("# shop: readiness\n\nAs of 2026-03-09 08:00 UTC, due 2026-03-09 08:00 UTC.\n");
        (written.Hash, fact.Covers).ShouldBe((fact.Covers!, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(written.Text)))));
    }

    [Fact]
    public async Task Sheets_ThatWereMissed_AreMadeUpForOnceAndLate()
    {
        await using var people = await BeginAsync();
        Look(people, TimeSpan.Zero);
        Look(people, TimeSpan.FromDays(23));
        Look(people, TimeSpan.FromMinutes(1));
        people.Facts(FactKind.ReviewWritten).ShouldHaveSingleItem().Text.ShouldStartWith("the readiness sheet of shop, due 2026-03-23 08:00 UTC, is written (2 days late): ");
    }

    [Fact]
    public async Task Sheets_WhenTheClockJumps_AreWrittenOnceEach()
    {
        await using var people = await BeginAsync();
        Look(people, TimeSpan.Zero);
        // A year ahead, back again, and on through the days between.
        Look(people, TimeSpan.FromDays(365));
        Look(people, TimeSpan.FromDays(-365));
        for (var day = 0; day < 28; day++) Look(people, TimeSpan.FromDays(1));
        Look(people, TimeSpan.FromDays(-10));
        Look(people, TimeSpan.FromDays(10));
        people.Facts(FactKind.ReviewWritten).Select(f => f.Text.Split(", ")[1]).ShouldBe(
            ["due 2027-03-01 08:00 UTC", "due 2026-03-09 08:00 UTC", "due 2026-03-16 08:00 UTC", "due 2026-03-23 08:00 UTC", "due 2026-03-30 07:00 UTC"]);
    }

    [Fact]
    public async Task Sheet_ThatTwoWriteAtTheSameMoment_IsStoredOnce()
    {
        await using var people = await BeginAsync();
        Look(people, TimeSpan.Zero);
        people.Scene.Time.Now += TimeSpan.FromDays(7);
        var both = new Barrier(2);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
            () =>
            {
                var desk = DeskOf(people);
                both.SignalAndWait(Cancel);
                desk.Look(people.Scene.Known);
            },
            Cancel)));
        people.Facts(FactKind.ReviewWritten).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sheet_OfAnApplicationThatCantBeRead_KeepsNobodyElseBack()
    {
        await using var people = await BeginAsync();
        var scene = people.Scene;
        scene.Store.SaveApplication("a-broken", "/repository", ".", scene.Brings);
        Look(people, TimeSpan.Zero);
        scene.Store.AddDeployment("a-broken", "staging", "r-1", null, "ann", scene.Time.Now, _ => ("{}", "NoSuchPhase"), _ => []);
        Look(people, TimeSpan.FromDays(7), isQuiet: false);
        people.Facts(FactKind.ReviewWritten).ShouldHaveSingleItem().Application.ShouldBe(Shop);
        scene.Log.ShouldContain("reviews of a-broken can't be looked at for now: JsonException");
    }

    [Fact]
    public async Task Sheet_AsOfNow_TellsWhatIsOpen()
    {
        await using var people = await BeginAsync();
        var scene = people.Scene;
        scene.Fail("production", scene.Request("production", "r-1").Id);
        var taken = scene.Request("production", "r-1");
        scene.Store.Append(Models.Fact(FactKind.DeploymentPhase) with { Deployment = taken.Id, Environment = "production", Step = nameof(DeploymentPhase.RollingBack) });
        scene.Fail("production", taken.Id);
        scene.Store.SetHalt(new HaltRecord(Shop, "production", "ann", "stocktaking", scene.Time.Now));
        await people.Dev.RequestAsync(Shop, new DeployRequest("production", "r-1", new Dictionary<string, string> { ["what"] = "the new cart" }, "ben"), Cancel);
        var (run, _) = scene.Store.QueueRun(Shop, new string('d', 40), "Breaks it", "ben", scene.Time.Now, Models.Fact());
        scene.Store.SaveEvidence(new EvidenceRecord(run.Id, PipelinePlan.Contract, true, scene.Time.Now, TimeSpan.Zero, null, "1 warning, 2 notes"));
        scene.Store.Append(Models.Fact(FactKind.DiagnosticReported) with
        {
            Run = run.Id,
            Step = PipelinePlan.Contract,
            Diagnostic = new Diagnostic("TP2201", Severity.Warning, "no health check", Models.At(7)),
        });
        scene.Store.SaveEvidence(new EvidenceRecord(run.Id, "test:api", false, scene.Time.Now, TimeSpan.Zero, null, "exit 1"));
        scene.Store.UpdateRun(run.Id, RunState.Failed, null, scene.Time.Now);

        var answer = await people.Dev.ReviewAsync(Shop, Cancel);
        (answer.Schedule, answer.NextDue, answer.LastDue).ShouldBe(("mon 09:00 (Europe/Brussels)", new DateTimeOffset(2026, 3, 9, 8, 0, 0, TimeSpan.Zero), null));
        var sheet = answer.Sheet;
        (sheet.Runs[0].State, sheet.Runs[0].Failed).ShouldBe(("failed", "test:api"));
        sheet.Contract.ShouldNotBeNull().Found.ShouldBe("1 warning");
        sheet.Contract.Open.ShouldHaveSingleItem().Code.ShouldBe("TP2201");
        sheet.Agreement.ShouldNotBeNull().Missing.ShouldBe(["dev", "ops"]);
        var production = sheet.Environments.Single(e => e.Name == "production");
        (production.Release, production.Next, production.StandsStill).ShouldBe((null, "r-1", "ann halted it: stocktaking"));
        (production.Stability.Refused, production.Stability.TakenBack, production.Stability.Succeeded).ShouldBe((1, 1, 0));
        production.Waits.ShouldContain("confirmation: waits for a confirmation by dev and a confirmation by ops, from distinct people");
        sheet.Environments.Single(e => e.Name == "staging").Release.ShouldBe("r-1");
        var request = sheet.Requests.ShouldHaveSingleItem();
        (request.Environment, request.Release).ShouldBe(("production", "r-1"));
        request.Missing.ShouldNotBeEmpty();
        sheet.Ahead.ShouldHaveSingleItem().Days.ShouldBe(10);
        (await people.Ops.WrittenReviewsAsync(Shop, Cancel)).ShouldBeEmpty();
        await PeopleScene.RefusedAsync(() => people.Dev.ReviewAsync("nothing", Cancel), ExitCode.NotFound, "TP4001");
    }

    private static async Task<PeopleScene> BeginAsync()
    {
        var people = await PeopleScene.StartAsync();
        var scene = people.Scene;
        scene.Agreement = new Agreement("AGREEMENT.md", new string('5', 64), ["dev", "ops"]);
        var window = new WindowSpec(
            [.. Enum.GetValues<DayOfWeek>()], TimeOnly.MinValue, TimeOnly.MinValue, "Europe/Brussels", [FreezeSpec.Demo(new DateOnly(2026, 3, 11), new DateOnly(2026, 3, 12))], Models.At());
        scene.Brings = new Ladder(
        [
            .. ServerScene.Rungs.Environments.Take(2),
            ServerScene.Rungs.Environment("production")! with { Gates = new GateSpecs { Request = true, Window = window, Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true) } },
        ])
        {
            Review = new ReviewSpec([DayOfWeek.Monday], new TimeOnly(9, 0), "Europe/Brussels"),
        };
        scene.Store.SaveApplication(Shop, "/repository", ".", scene.Brings);
        scene.Ship("r-1");
        scene.Arrive("staging", "r-1");
        return people;
    }

    /// <summary>Time passes, and two control planes look; each look is that of a process that has just begun.</summary>
    private static void Look(PeopleScene people, TimeSpan later, bool isQuiet = true)
    {
        var scene = people.Scene;
        scene.Time.Now += later;
        foreach (var owner in new[] { "one", "two" })
        {
            new DeskLoop("reviews", DeskOf(people).Look, scene.Store, new Leases(scene.Store, owner, scene.Time), scene.Time, scene.Log.Enqueue).Look();
            // And one that believes that it still holds the lease.
            if (isQuiet) DeskOf(people).Look(scene.Known);
        }

        if (isQuiet) scene.Log.ShouldBeEmpty();
    }

    private static ReviewDesk DeskOf(PeopleScene people) => new(
        people.Scene.Store,
        new ReviewGathering(people.Scene.Store, people.Scene.Gates, new DeliveryDesk(people.Scene.Store, people.Scene.Ladder, people.Scene.Gates, people.Scene.Time)),
        people.Scene.Time);
}
