using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Identity;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Identity;

public sealed class AccountDeskTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly ManualTime _time = new();
    private readonly SqliteStore _store;
    private readonly AccountDesk _accounts;

    public AccountDeskTests()
    {
        _store = new SqliteStore(_folder["state.db"]);
        _accounts = new AccountDesk(_store, _time);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void EachChange_IsToldWithWhoAndWhat()
    {
        _accounts.Add(new AccountRequest("ben", AccountKind.Person, ["dev", "ops"], "eve"));
        _accounts.Grant("ben", new GrantRequest(Role.Developer, "shop", null, "eve"));
        _accounts.Grant("ben", new GrantRequest(Role.Developer, "shop", "*", "eve"));
        _accounts.Grant("ben", new GrantRequest(null, "shop", null, "eve"));
        _accounts.Change("ben", new AccountChangeRequest(true, ["dev"], "eve"));
        _accounts.Change("ben", new AccountChangeRequest(true, null, "eve"));
        _accounts.SetPassword("ben", new PasswordRequest("correct horse battery", null, "eve"));

        var facts = _store.Facts(null, 0, 100);
        facts.Select(f => f.Text).ShouldBe(
        [
            "eve adds the account ben, a person in dev, ops", "eve makes ben developer in all of shop", "eve takes the role in all of shop from ben",
            "the account ben: eve disables it and puts it into dev", "eve gives ben another password",
        ]);
        facts.ShouldAllBe(f => f.Actor == "eve" && f.Application == "" && FactKind.IsOfIdentity(f.Kind));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Ben")]
    [InlineData("ben b")]
    [InlineData("-ben")]
    [InlineData("ben\n")]
    [InlineData("bén")]
    [InlineData("b123456789012345678901234567890123456789x")]
    public void Add_BadName_IsRefused(string name)
    {
        Code(() => _accounts.Add(new AccountRequest(name, AccountKind.Person, null, "eve"))).ShouldBe("TP4408");
        Code(() => _accounts.Add(new AccountRequest("good", AccountKind.Person, [name], "eve"))).ShouldBe("TP4408");
        _store.Accounts().ShouldBeEmpty();
    }

    [Fact]
    public void WhatCantBeDone_SaysSo()
    {
        _accounts.Add(new AccountRequest("ben", AccountKind.Person, null, "eve"));
        _accounts.Add(new AccountRequest("ci", AccountKind.Service, null, "eve"));

        Code(() => _accounts.Add(new AccountRequest("ben", AccountKind.Service, null, "eve"))).ShouldBe("TP4407");
        Code(() => _accounts.Change("nobody", new AccountChangeRequest(true, null, "eve"))).ShouldBe("TP4406");
        Code(() => _accounts.Grant("nobody", new GrantRequest(Role.Viewer, null, null, "eve"))).ShouldBe("TP4406");
        Code(() => _accounts.Grant("ben", new GrantRequest(null, "shop", null, "eve"))).ShouldBe("TP4414");
        Code(() => _accounts.Grant("ben", new GrantRequest(Role.Viewer, "a b", null, "eve"))).ShouldBe("TP4415");
        Code(() => _accounts.Grant("ben", new GrantRequest(Role.Viewer, "", null, "eve"))).ShouldBe("TP4415");
        Code(() => _accounts.SetPassword("ci", new PasswordRequest("correct horse battery", null, "eve"))).ShouldBe("TP4413");
        Code(() => _accounts.SetPassword("ben", new PasswordRequest("short", null, "eve"))).ShouldBe("TP4412");
        Code(() => _accounts.Add(new AccountRequest("max", AccountKind.Person, [.. Enumerable.Range(0, 21).Select(i => $"t{i}")], "eve"))).ShouldBe("TP4415");
    }

    private static string Code(Action act) => Should.Throw<DiagnosticException>(act).Diagnostics.Single().Code;
}
