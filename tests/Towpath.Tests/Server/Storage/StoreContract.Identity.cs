using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Accounts, grants, tokens.
public abstract partial class StoreContract
{
    private static readonly AccountRecord Ben = new("ben", AccountKind.Person, ["dev", "ops"], false, Models.Noon);

    [Fact]
    public void AddAccount_Twice_KeepsTheFirstAndTellsOnce()
    {
        _store.AddAccount(Ben, Models.Fact(FactKind.AccountAdded)).ShouldBeTrue();
        _store.AddAccount(Ben with { Kind = AccountKind.Service }, Models.Fact(FactKind.AccountAdded)).ShouldBeFalse();
        _store.AddAccount(new AccountRecord("ann", AccountKind.Service, [], true, Models.Noon)).ShouldBeTrue();

        Same(_store.Account("ben"), Ben);
        _store.Accounts().Select(a => (a.Name, a.Kind, a.Disabled)).ShouldBe([("ann", AccountKind.Service, true), ("ben", AccountKind.Person, false)]);
        _store.Account("Ben").ShouldBeNull();
        _store.Facts(null, 0, 10).ShouldHaveSingleItem();
    }

    [Fact]
    public void ChangeAccount_TeamsAndDisabled_KeepsTheRest()
    {
        _store.AddAccount(Ben);
        _store.SetPassword("ben", "hash");
        _store.ChangeAccount(Ben with { Disabled = true, Teams = [] }, Models.Fact(FactKind.AccountChanged));
        _store.ChangeAccount(Ben with { Name = "nobody" }, Models.Fact(FactKind.AccountChanged));

        Same(_store.Account("ben"), Ben with { Disabled = true, Teams = [] });
        _store.Password("ben").ShouldBe("hash");
        _store.Account("nobody").ShouldBeNull();
        _store.Facts(null, 0, 10).ShouldHaveSingleItem();
    }

    [Fact]
    public void SetPassword_OfNobody_IsNothing()
    {
        _store.SetPassword("nobody", "hash", Models.Fact(FactKind.AccountPassword));
        _store.Password("nobody").ShouldBeNull();
        _store.AddAccount(Ben);
        _store.SetPassword("ben", "hash");
        _store.SetPassword("ben", null);
        _store.Password("ben").ShouldBeNull();
        _store.LastSequence().ShouldBe(0);
    }

    [Fact]
    public void AllGrants_OfSeveralAccounts_AreAsThoseOfEach()
    {
        _store.AddAccount(Ben);
        _store.AddAccount(Ben with { Name = "ann" });
        _store.SetGrant("ben", new Grant(Role.Developer, new Extent("shop", "production")));
        _store.SetGrant("ben", new Grant(Role.Viewer, Extent.All));
        _store.SetGrant("ann", new Grant(Role.Operator, new Extent("shop", null)));
        _store.SetPassword("ann", "hash");

        _store.AllGrants()["ben"].ShouldBe(_store.Grants("ben"));
        _store.AllGrants()["ann"].ShouldBe(_store.Grants("ann"));
        _store.AllGrants()["nobody"].ShouldBeEmpty();
        _store.AccountsWithPassword().ShouldBe(["ann"]);
    }

    [Fact]
    public void SetGrant_SameExtent_IsReplaced()
    {
        _store.SetGrant("ben", new Grant(Role.Viewer, Extent.All), Models.Fact(FactKind.GrantGiven));
        _store.SetGrant("ben", new Grant(Role.Operator, Extent.All));
        _store.SetGrant("ben", new Grant(Role.Developer, new Extent("shop", "production")));
        _store.SetGrant("ben", new Grant(Role.Administrator, new Extent("shop", null)));
        _store.SetGrant("ann", new Grant(Role.Viewer, new Extent(null, "staging")));

        _store.Grants("ben").ShouldBe([new(Role.Operator, Extent.All), new(Role.Administrator, new("shop", null)), new(Role.Developer, new("shop", "production"))]);
        _store.Grants("ann").ShouldBe([new(Role.Viewer, new(null, "staging"))]);
        _store.Grants("nobody").ShouldBeEmpty();
    }

    [Fact]
    public void RemoveGrant_ExactlyThatExtent_AndTellsOnce()
    {
        _store.SetGrant("ben", new Grant(Role.Viewer, new Extent("shop", null)));
        _store.RemoveGrant("ben", new Extent("shop", "production"), Models.Fact(FactKind.GrantTaken)).ShouldBeFalse();
        _store.RemoveGrant("ben", Extent.All, Models.Fact(FactKind.GrantTaken)).ShouldBeFalse();
        _store.RemoveGrant("ben", new Extent("shop", null), Models.Fact(FactKind.GrantTaken)).ShouldBeTrue();
        _store.RemoveGrant("ben", new Extent("shop", null), Models.Fact(FactKind.GrantTaken)).ShouldBeFalse();
        _store.Grants("ben").ShouldBeEmpty();
        _store.Facts(null, 0, 10).ShouldHaveSingleItem();
    }

    [Fact]
    public void AddToken_WithAllAndWithLittle_ComesBackAsItWas()
    {
        var bare = Token("1");
        var full = Token("2") with
        {
            Account = "ann",
            IsSession = true,
            Narrowing = new Narrowing(Role.Developer, new Extent("shop", "staging")),
            CreatedAt = Models.Noon.AddSeconds(1),
            UsedAt = Models.Noon.AddHours(1),
        };
        _store.AddToken(bare, DateTimeOffset.MinValue, Models.Fact(FactKind.TokenCreated));
        _store.AddToken(full, DateTimeOffset.MinValue);

        _store.Token("1").ShouldBe(bare);
        _store.Token("2").ShouldBe(full);
        _store.Token("3").ShouldBeNull();
        _store.Tokens(null).ShouldBe([bare, full]);
        _store.Tokens("ann").ShouldBe([full]);
        _store.Facts(null, 0, 10).ShouldHaveSingleItem();
    }

    [Fact]
    public void RevokeToken_Twice_KeepsTheFirstTime()
    {
        _store.AddToken(Token("1"), DateTimeOffset.MinValue);
        _store.RevokeToken("1", Models.Noon.AddHours(1), Models.Fact(FactKind.TokenRevoked)).ShouldBeTrue();
        _store.RevokeToken("1", Models.Noon.AddHours(2), Models.Fact(FactKind.TokenRevoked)).ShouldBeFalse();
        _store.RevokeToken("9", Models.Noon, Models.Fact(FactKind.TokenRevoked)).ShouldBeFalse();
        _store.TouchToken("1", Models.Noon.AddMinutes(5));

        _store.Token("1").ShouldBe(Token("1") with { RevokedAt = Models.Noon.AddHours(1), UsedAt = Models.Noon.AddMinutes(5) });
        _store.Facts(null, 0, 10).ShouldHaveSingleItem();
    }

    [Fact]
    public void AddToken_LongAfterOthersEnded_ForgetsThoseOnly()
    {
        _store.AddToken(Token("1"), DateTimeOffset.MinValue);
        _store.AddToken(Token("2") with { ExpiresAt = Models.Noon.AddDays(90) }, DateTimeOffset.MinValue);
        _store.AddToken(Token("3") with { ExpiresAt = Models.Noon.AddDays(90) }, DateTimeOffset.MinValue);
        _store.RevokeToken("3", Models.Noon.AddDays(2));
        _store.AddToken(Token("4") with { ExpiresAt = Models.Noon.AddDays(90) }, Models.Noon.AddDays(40));

        _store.Tokens(null).Select(t => t.Id).ShouldBe(["2", "4"]);
    }

    private static TokenRecord Token(string id) =>
        new(id, "ben", new string('a', 64), false, Narrowing.None, Models.Noon, Models.Noon.AddDays(30), null, null);

    private static void Same(AccountRecord? found, AccountRecord expected)
    {
        found.ShouldNotBeNull().Teams.ShouldBe(expected.Teams);
        (found with { Teams = expected.Teams }).ShouldBe(expected);
    }
}
