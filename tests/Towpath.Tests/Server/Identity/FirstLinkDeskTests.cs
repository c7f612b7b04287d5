using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Identity;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Identity;

public sealed class FirstLinkDeskTests : IDisposable
{
    private const string Password = "correct horse battery";

    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly ManualTime _time = new();
    private readonly SqliteStore _store;
    private readonly FirstLinkDesk _desk;

    public FirstLinkDeskTests()
    {
        _store = new SqliteStore(_folder["state.db"]);
        _desk = new FirstLinkDesk(_store, new AccountDesk(_store, _time), new Uri("https://towpath.example.org/"), _time);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Redeem_Once_MakesTheAdministrator()
    {
        var link = _desk.Make();
        link.Url.ShouldBe("https://towpath.example.org/");
        _desk.IsGood(link.Code).ShouldBeTrue();
        _desk.Redeem(link.Code, "ann", Password);

        _store.Grants("ann").ShouldBe([new Grant(Role.Administrator, Extent.All)]);
        PasswordHash.Fits(Password, _store.Password("ann")!).ShouldBeTrue();
        Code(() => _desk.Redeem(link.Code, "eve", Password)).ShouldBe("TP4425");
        _store.Accounts().Select(a => a.Name).ShouldBe(["ann"]);
        // Neither code nor password is in the journal, and the code is not in the store.
        string.Join('\n', _store.Facts(null, 0, 100)).ShouldNotContain(link.Code);
        _store.IsFirstCode(link.Code, _time.Now).ShouldBeFalse();
    }

    [Fact]
    public void Redeem_MistakesInTheForm_LeaveTheLinkGood()
    {
        var link = _desk.Make();
        Code(() => _desk.Redeem(link.Code, "Ann!", Password)).ShouldBe("TP4408");
        Code(() => _desk.Redeem(link.Code, "ann", "short")).ShouldBe("TP4412");
        _desk.Redeem(link.Code, "ann", Password);
        Code(() => _desk.Redeem(_desk.Make().Code, "ann", Password)).ShouldBe("TP4407");
    }

    [Fact]
    public void Redeem_LateOrAfterANewerLink_IsRefused()
    {
        var first = _desk.Make();
        var second = _desk.Make();
        Code(() => _desk.Redeem(first.Code, "ann", Password)).ShouldBe("TP4425");
        _time.Now = second.ExpiresAt;
        Code(() => _desk.Redeem(second.Code, "ann", Password)).ShouldBe("TP4425");
        Code(() => _desk.Redeem("", "ann", Password)).ShouldBe("TP4425");
        _store.Accounts().ShouldBeEmpty();
    }

    private static string Code(Action redeem) => Should.Throw<DiagnosticException>(redeem).Diagnostics.Single().Code;
}
