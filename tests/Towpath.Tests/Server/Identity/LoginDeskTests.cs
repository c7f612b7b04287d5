using System.Security.Cryptography;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Identity;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Identity;

public sealed class LoginDeskTests : IDisposable
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly ManualTime _time = new();
    private readonly SqliteStore _store;
    private readonly AccountDesk _accounts;
    private readonly LoginDesk _logins;
    private readonly Authenticator _authenticator;

    public LoginDeskTests()
    {
        _store = new SqliteStore(_folder["state.db"]);
        _accounts = new AccountDesk(_store, _time);
        _logins = new LoginDesk(_store, new TokenDesk(_store, _accounts, _time), _time);
        _authenticator = new Authenticator(_store, _time);
        _accounts.Add(new AccountRequest("ben", AccountKind.Person, ["dev"], "eve"));
        _accounts.SetPassword("ben", new PasswordRequest(Password, null, "eve"));
    }

    public void Dispose()
    {
        _logins.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Login_WithThePassword_OpensASessionOfTwelveHours()
    {
        var session = await LoginAsync("ben", Password);

        session.ExpiresAt.ShouldBe(_time.Now.AddHours(12));
        var principal = _authenticator.Authenticate(session.Token).ShouldNotBeNull();
        (principal.Name, principal.IsSession, principal.Token).ShouldBe(("ben", true, session.Id));
        _time.Now = session.ExpiresAt;
        Should.Throw<DiagnosticException>(() => _authenticator.Authenticate(session.Token)).Diagnostics.Single().Code.ShouldBe("TP4403");
    }

    [Fact]
    public async Task Login_ThatMustFail_IsAnsweredTheSameWhateverIsWrong()
    {
        _accounts.Add(new AccountRequest("ci", AccountKind.Service, null, "eve"));
        _accounts.Add(new AccountRequest("new", AccountKind.Person, null, "eve"));
        _accounts.Add(new AccountRequest("gone", AccountKind.Person, null, "eve"));
        _accounts.SetPassword("gone", new PasswordRequest(Password, null, "eve"));
        _accounts.Change("gone", new AccountChangeRequest(true, null, "eve"));

        var answers = new List<Diagnostic>();
        foreach (var (account, password) in new[] { ("ben", "wrong"), ("nobody", Password), ("ci", Password), ("new", ""), ("gone", Password), ("Ben\n", Password), ("ben", new string('x', 5000)) })
        {
            var refused = await Should.ThrowAsync<DiagnosticException>(() => LoginAsync(account, password));
            refused.ExitCode.ShouldBe(ExitCode.NotSignedIn);
            answers.Add(refused.Diagnostics.Single());
        }

        answers.Select(a => (a.Code, a.Headline, string.Join('|', a.Notes), a.Help)).Distinct().ShouldHaveSingleItem().Code.ShouldBe("TP4410");
        _store.Tokens(null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Login_UnknownAccount_IsComparedWithAsMuchWorkAsAKnownOne()
    {
        var compared = new List<string>();
        using var counting = new LoginDesk(_store, new TokenDesk(_store, _accounts, _time), _time, (_, stored) =>
        {
            lock (compared) compared.Add(stored);
            return false;
        });
        foreach (var account in new[] { "ben", "nobody", "No Name" })
            await Should.ThrowAsync<DiagnosticException>(() => counting.LoginAsync(new SessionRequest(account, "wrong"), Cancel));

        compared.Select(c => string.Join('$', c.Split('$')[..2])).ShouldBe(Enumerable.Repeat($"pbkdf2-sha512${PasswordHash.Iterations}", 3));
        compared.Select(c => c.Length).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Login_FiveFailures_LocksAndTellsOnce()
    {
        for (var i = 0; i < LoginThrottle.Free; i++) await RefusedAsync("ben", "TP4410");
        var locked = await RefusedAsync("ben", "TP4411", Password);
        locked.ExitCode.ShouldBe(ExitCode.Busy);
        locked.Diagnostics.Single().Notes.ShouldContain("the next one is looked at in 60 s");
        _store.Facts(null, 0, 100).Count(f => f.Kind == FactKind.AccountLocked).ShouldBe(1);

        _time.Now += TimeSpan.FromMinutes(1);
        (await LoginAsync("ben", Password)).Account.ShouldBe("ben");
    }

    [Fact]
    public async Task Login_TenThousandBadOnes_AreRefusedWithLittleWorkAndLittleMemory()
    {
        var session = await LoginAsync("ben", Password);
        var codes = new Dictionary<string, int>();
        for (var i = 0; i < 10_000; i++)
        {
            _time.Now += TimeSpan.FromMilliseconds(1);
            var refused = await Should.ThrowAsync<DiagnosticException>(() => LoginAsync(i % 2 == 0 ? "ben" : $"somebody{i}", "wrong"));
            codes[refused.Diagnostics.Single().Code] = codes.GetValueOrDefault(refused.Diagnostics.Single().Code) + 1;
        }

        // 40 in hand, and one more for every two of these ten seconds.
        codes["TP4410"].ShouldBeLessThanOrEqualTo(LoginThrottle.InHand + 5);
        codes["TP4411"].ShouldBe(10_000 - codes["TP4410"]);
        _store.LastSequence().ShouldBeLessThan(50);
        // Whoever is in stays in.
        _authenticator.Authenticate(session.Token).ShouldNotBeNull();
    }

    [Fact]
    public async Task Login_PasswordStoredWithLessWork_IsStoredAnew()
    {
        _store.SetPassword("ben", PasswordHash.Of(Password, RandomNumberGenerator.GetBytes(16), 1000));
        await LoginAsync("ben", Password);
        _store.Password("ben").ShouldNotBeNull().ShouldStartWith($"pbkdf2-sha512${PasswordHash.Iterations}$");
        await LoginAsync("ben", Password);
    }

    [Fact]
    public async Task Login_MoreOftenThanSessionsMayLive_EndsTheOldest()
    {
        _store.SetPassword("ben", PasswordHash.Of(Password, RandomNumberGenerator.GetBytes(16)));
        var first = await LoginAsync("ben", Password);
        var desk = new TokenDesk(_store, _accounts, _time);
        for (var i = 0; i < AccountRules.MostTokens; i++)
        {
            _time.Now += TimeSpan.FromSeconds(1);
            desk.Open("ben");
        }

        _store.Tokens("ben").Count(t => t.EndsAt > _time.Now).ShouldBe(AccountRules.MostTokens);
        Should.Throw<DiagnosticException>(() => _authenticator.Authenticate(first.Token)).Diagnostics.Single().Code.ShouldBe("TP4404");
    }

    [Fact]
    public async Task SetPassword_Another_EndsTheSessionsOfBefore()
    {
        var session = await LoginAsync("ben", Password);
        _accounts.SetPassword("ben", new PasswordRequest("quite another one", null, "eve"));
        Should.Throw<DiagnosticException>(() => _authenticator.Authenticate(session.Token)).Diagnostics.Single().Code.ShouldBe("TP4404");
        await RefusedAsync("ben", "TP4410", Password);
    }

    [Fact]
    public async Task Journal_OfAllThis_HoldsNoSecret()
    {
        var session = await LoginAsync("ben", Password);
        await RefusedAsync("ben", "TP4410", "wrong guess entirely");
        var journal = string.Join('\n', _store.Facts(null, 0, 100).Select(f => f.ToString()));
        journal.ShouldContain("ben logs in");
        foreach (var secret in new[] { Password, session.Token, session.Token.Split('_')[2], "wrong guess", _store.Password("ben")! }) journal.ShouldNotContain(secret);
    }

    private Task<NewTokenAnswer> LoginAsync(string account, string password) => _logins.LoginAsync(new SessionRequest(account, password), Cancel);

    private async Task<DiagnosticException> RefusedAsync(string account, string code, string password = "wrong")
    {
        var refused = await Should.ThrowAsync<DiagnosticException>(() => LoginAsync(account, password));
        refused.Diagnostics.Single().Code.ShouldBe(code);
        return refused;
    }
}
