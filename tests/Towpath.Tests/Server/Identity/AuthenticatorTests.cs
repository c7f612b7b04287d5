using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Server.Identity;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Identity;

public sealed class AuthenticatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly ManualTime _time = new();
    private readonly SqliteStore _store;
    private readonly AccountDesk _accounts;
    private readonly TokenDesk _tokens;
    private readonly Authenticator _authenticator;

    public AuthenticatorTests()
    {
        _store = new SqliteStore(_folder["state.db"]);
        _accounts = new AccountDesk(_store, _time);
        _tokens = new TokenDesk(_store, _accounts, _time);
        _authenticator = new Authenticator(_store, _time);
        _accounts.Add(new AccountRequest("ben", AccountKind.Person, ["dev", "ops"], "eve"));
        _accounts.Grant("ben", new GrantRequest(Role.Operator, "shop", "*", "eve"));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Authenticate_GoodToken_GivesTheAccountWithItsRightsOfNow()
    {
        var made = _tokens.Create("ben", new TokenRequest(Role.Developer, "shop", null, 30, "eve"));
        var principal = _authenticator.Authenticate(made.Token).ShouldNotBeNull();

        (principal.Name, principal.IsOwner, principal.IsSession).ShouldBe(("ben", false, false));
        principal.Teams.ShouldBe(["dev", "ops"]);
        principal.Effective.ShouldBe([new Grant(Role.Developer, new Extent("shop", null))]);
        principal.ExpiresAt.ShouldBe(_time.Now.AddDays(30));

        _accounts.Grant("ben", new GrantRequest(null, "shop", null, "eve"));
        _authenticator.Authenticate(made.Token)!.Grants.ShouldBeEmpty();
    }

    [Fact]
    public void Authenticate_AnythingThatIsNotTheToken_IsNobody()
    {
        var made = _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"));
        var other = _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"));
        var secret = made.Token.Split('_', 3)[2];
        string[] wrong =
        [
            "", "tp_", made.Id, secret, $"tp_{made.Id}_", $"tp_{made.Id}_{secret}x", $"tp_{made.Id}_{secret[..^1]}", made.Token.ToUpperInvariant(),
            $"tp_{other.Id}_{secret}", $"tp_{new string('0', 16)}_{secret}", $"tp_{made.Id}_{_store.Token(made.Id)!.Hash}", $"tp_{made.Id}_{new string('a', 100_000)}", " " + made.Token,
        ];
        foreach (var presented in wrong) _authenticator.Authenticate(presented).ShouldBeNull(presented.Length > 100 ? "long" : presented);
    }

    [Fact]
    public void Authenticate_WhatEnded_IsToldToWhoeverHasTheSecretOnly()
    {
        var expired = _tokens.Create("ben", new TokenRequest(null, null, null, 1, "eve"));
        var revoked = _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"));
        _tokens.Revoke(revoked.Id, "eve");
        _time.Now += TimeSpan.FromDays(1);

        Code(expired.Token).ShouldBe("TP4403");
        Code(revoked.Token).ShouldBe("TP4404");
        _authenticator.Authenticate($"tp_{revoked.Id}_{ApiToken.Create()}").ShouldBeNull();
    }

    [Fact]
    public void Authenticate_DisabledAccount_IsRefusedUntilItIsEnabled()
    {
        var made = _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"));
        _accounts.Change("ben", new AccountChangeRequest(true, null, "eve"));
        Code(made.Token).ShouldBe("TP4405");
        _accounts.Change("ben", new AccountChangeRequest(false, null, "eve"));
        _authenticator.Authenticate(made.Token).ShouldNotBeNull();
    }

    [Fact]
    public void Authenticate_Often_StoresTheLastUseOncePerHour()
    {
        var made = _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"));
        _store.Token(made.Id)!.UsedAt.ShouldBeNull();
        var first = _time.Now;
        for (var i = 0; i < 59; i++)
        {
            _authenticator.Authenticate(made.Token);
            _store.Token(made.Id)!.UsedAt.ShouldBe(first);
            _time.Now += TimeSpan.FromMinutes(1);
        }

        _time.Now += TimeSpan.FromMinutes(1);
        _authenticator.Authenticate(made.Token);
        _store.Token(made.Id)!.UsedAt.ShouldBe(first.AddHours(1));
    }

    [Fact]
    public void Create_Token_KeepsOnlyItsHash()
    {
        var made = _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"));
        var secret = made.Token.Split('_', 3)[2];
        made.Token.ShouldBe($"tp_{made.Id}_{secret}");
        secret.Length.ShouldBe(43);
        _store.Token(made.Id)!.Hash.ShouldBe(ApiToken.Hash(secret));
        made.ToString().ShouldNotContain(secret);
        AccountToken.Parse(made.Token)!.ToString().ShouldNotContain(secret);
        string.Join('\n', _store.Facts(null, 0, 100)).ShouldNotContain(secret);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(367)]
    [InlineData(int.MaxValue)]
    public void Create_DaysOutOfBounds_IsRefused(int days) =>
        Should.Throw<DiagnosticException>(() => _tokens.Create("ben", new TokenRequest(null, null, null, days, "eve"))).Diagnostics.Single().Code.ShouldBe("TP4415");

    [Fact]
    public void Create_TooMany_IsRefused()
    {
        for (var i = 0; i < AccountRules.MostTokens; i++) _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"));
        Should.Throw<DiagnosticException>(() => _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"))).Diagnostics.Single().Code.ShouldBe("TP4415");
        _time.Now += TimeSpan.FromDays(30);
        _tokens.Create("ben", new TokenRequest(null, null, null, 30, "eve"));
    }

    private string Code(string token)
    {
        var refused = Should.Throw<DiagnosticException>(() => _authenticator.Authenticate(token));
        refused.ExitCode.ShouldBe(ExitCode.NotSignedIn);
        return refused.Diagnostics.Single().Code;
    }
}
