using Towpath.Core.Identity;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Identity;

public sealed class AccessTests
{
    private static readonly DateTimeOffset Now = Facts.Start;

    // What each role may do in the place where it is held; each line is the whole truth about its deeds.
    [Theory]
    [InlineData(Role.Viewer, Deed.LookAround, Deed.Read, Deed.Fetch)]
    [InlineData(Role.Developer, Deed.ReadLogs, Deed.ReadBuildLogs, Deed.Compare, Deed.ReadAnnouncements, Deed.Ship, Deed.CancelRun, Deed.Deliver, Deed.Request, Deed.Escalate, Deed.Confirm, Deed.SignAgreement, Deed.SubmitEvidence)]
    [InlineData(
        Role.Operator, Deed.RefuseRequest, Deed.Promote, Deed.PromoteInEmergency, Deed.Rollback, Deed.Reject, Deed.Pause, Deed.Resume, Deed.Abort, Deed.Proceed, Deed.Halt, Deed.Unhalt, Deed.SetSecret, Deed.AssignPort, Deed.SeeSources, Deed.KeepEvidenceKeys, Deed.ChangeGuards)]
    [InlineData(Role.Administrator, Deed.RotateSecretKeys, Deed.HaltEverything, Deed.RemoveApplication, Deed.Audit, Deed.KeepAccounts, Deed.KeepAnnouncements, Deed.ImportVulnerabilities)]
    public void Judge_RoleOverEverything_MayItsDeedsAndNoHigherOnes(Role role, params Deed[] deeds)
    {
        Enum.GetValues<Deed>().Where(d => Deeds.RuleOf(d).Least == role).ShouldBe(deeds);
        foreach (var deed in Enum.GetValues<Deed>())
            May(With(role, null, null), deed, "shop", "production").ShouldBe(Deeds.RuleOf(deed).Least <= role, $"{role} {deed}");
    }

    [Fact]
    public void Deeds_EachHasItsRuleInItsPlace() => Deeds.All.Select(r => r.Deed).ShouldBe(Enum.GetValues<Deed>());

    [Theory]
    // grant for, asked for, allowed
    [InlineData("shop", "staging", "shop", "staging", true)]
    [InlineData("shop", "staging", "shop", "production", false)]
    [InlineData("shop", "staging", "shop", null, false)]
    [InlineData("shop", "staging", "other", "staging", false)]
    [InlineData("shop", null, "shop", "production", true)]
    [InlineData("shop", null, "shop", null, true)]
    [InlineData("shop", null, "shopping", "production", false)]
    [InlineData("shop", null, null, null, false)]
    [InlineData(null, "staging", "other", "staging", true)]
    [InlineData(null, "staging", "other", null, false)]
    [InlineData(null, null, "other", "production", true)]
    public void Judge_PromoteByExtent_HoldsThereOnly(string? application, string? environment, string? asked, string? where, bool expected) =>
        May(With(Role.Operator, application, environment), Deed.Halt, asked, where).ShouldBe(expected);

    [Theory]
    [InlineData(Deed.Ship)]
    [InlineData(Deed.Reject)]
    [InlineData(Deed.RemoveApplication)]
    public void Judge_DeedOfAWholeApplication_IsNotAllowedByOneEnvironment(Deed deed)
    {
        May(With(Role.Administrator, "shop", "staging"), deed, "shop", "staging").ShouldBeFalse();
        May(With(Role.Administrator, "shop", null), deed, "shop", "staging").ShouldBeTrue();
    }

    [Theory]
    [InlineData(Deed.KeepAccounts)]
    [InlineData(Deed.KeepAnnouncements)]
    [InlineData(Deed.Audit)]
    [InlineData(Deed.HaltEverything)]
    public void Judge_DeedOverEverything_NeedsEverything(Deed deed)
    {
        May(With(Role.Administrator, "shop", null), deed, "shop", null).ShouldBeFalse();
        May(With(Role.Administrator, null, "production"), deed, null, "production").ShouldBeFalse();
        May(With(Role.Administrator, null, null), deed, null, null).ShouldBeTrue();
    }

    [Fact]
    public void Judge_ReadingByOneEnvironment_CoversItsApplicationAndNoOther()
    {
        var viewer = With(Role.Viewer, "shop", "staging");
        Access.Sees(viewer, "shop", Now).ShouldBeTrue();
        Access.Sees(viewer, "other", Now).ShouldBeFalse();
        Access.Sees(viewer with { Grants = [] }, "shop", Now).ShouldBeFalse();
    }

    [Fact]
    public void Judge_TwoGrants_DoNotAddUp()
    {
        var two = new Principal("ben", AccountKind.Person, [], [new Grant(Role.Operator, new("shop", "staging")), new Grant(Role.Viewer, new("shop", "production"))]);
        May(two, Deed.Promote, "shop", "staging").ShouldBeTrue();
        May(two, Deed.Promote, "shop", "production").ShouldBeFalse();
    }

    [Theory]
    // token: role, application, environment; allowed: to promote shop in production
    [InlineData(null, null, null, true)]
    [InlineData(Role.Administrator, null, null, true)]
    [InlineData(Role.Operator, "shop", "production", true)]
    [InlineData(Role.Developer, null, null, false)]
    [InlineData(null, "other", null, false)]
    [InlineData(null, null, "staging", false)]
    public void Judge_NarrowedToken_OnlyTakesAway(Role? role, string? application, string? environment, bool expected)
    {
        var narrowed = With(Role.Operator, "shop", null) with { Narrowing = new Narrowing(role, new Extent(application, environment)) };
        May(narrowed, Deed.Promote, "shop", "production").ShouldBe(expected);

        // Whatever the token says, the account's own bound holds.
        May(narrowed, Deed.RemoveApplication, "shop", null).ShouldBeFalse();
        May(narrowed, Deed.Promote, "other", "production").ShouldBeFalse();
    }

    [Fact]
    public void Judge_AdministratorsTokenForOneApplication_KeepsNoAccounts()
    {
        var token = With(Role.Administrator, null, null) with { Narrowing = new Narrowing(null, new Extent("shop", null)) };
        May(token, Deed.RemoveApplication, "shop", null).ShouldBeTrue();
        May(token, Deed.KeepAccounts, null, null).ShouldBeFalse();
    }

    [Fact]
    public void Judge_ExpiredToken_MayNothing()
    {
        var principal = With(Role.Administrator, null, null) with { ExpiresAt = Now };
        Enum.GetValues<Deed>().ShouldAllBe(d => !Access.Judge(principal, d, null, null, Now).Allowed);
        Access.Judge(principal, Deed.Read, null, null, Now.AddTicks(-1)).Allowed.ShouldBeTrue();
    }

    [Fact]
    public void Judge_Refused_SaysWhyAndWhatIsNeeded()
    {
        var ben = new Principal("ben", AccountKind.Person, [], [new Grant(Role.Viewer, new("shop", "production")), new Grant(Role.Operator, new("shop", "staging"))]);
        Judge(ben, Deed.Promote, "shop", "production").ShouldBe(new Judgement(
            false, "ben has the role viewer there.", "It takes the role operator in production of shop to promote a release."));
        Judge(ben, Deed.Promote, "shop", "development").Why.ShouldBe("ben has no role there, only operator in staging of shop, viewer in production of shop.");
        Judge(ben, Deed.Audit, null, null).Needed.ShouldBe("It takes the role administrator in everything to audit the journal.");
        Judge(ben with { Narrowing = new(Role.Viewer, Extent.All) }, Deed.Promote, "shop", "staging").Why
            .ShouldBe("ben may do this, but not with this token: it is narrowed to viewer in everything.");
        Judge(ben, Deed.Promote, "other", "staging").Why.ShouldBe("ben has no role there.");
    }

    private static Principal With(Role role, string? application, string? environment) =>
        new("ben", AccountKind.Person, [], [new Grant(role, new Extent(application, environment))]);

    private static bool May(Principal principal, Deed deed, string? application, string? environment) => Judge(principal, deed, application, environment).Allowed;

    private static Judgement Judge(Principal principal, Deed deed, string? application, string? environment) => Access.Judge(principal, deed, application, environment, Now);
}
