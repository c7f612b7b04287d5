using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class AccountVerbTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly TestProgram _program = new();
    private readonly List<(string Url, string? Token)> _opened = [];

    public AccountVerbTests()
    {
        _program.Variables["HOME"] = _home.Path;
        _program.Surroundings = _program.Surroundings with
        {
            Open = (url, token) =>
            {
                _opened.Add((url, token));
                return _program.Plane;
            },
        };
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Asking_AboutAccounts_SendsWhatWasMeant()
    {
        string[] lines =
        [
            "account add ben --team dev --team ops", "account add ci --service", "account disable ben", "account enable ben", "account teams ben dev", "account teams ben", "account link ben --subject s-1", "account link ben --none --as eve",
            "grant developer ben --application shop", "grant operator ben --app shop --environment production", "grant administrator ben --everything --as eve",
            "revoke ben --application shop", "token create --account ci --role developer --application shop --days 90", "token create --account ci", "token revoke 7",
        ];
        foreach (var line in lines) (await _program.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Success, line);

        _program.Plane.Asked.Select(Text).ShouldBe(
        [
            "ben Person dev,ops ada", "ci Service  ada", "ben True - ada", "ben False - ada", "ben  dev ada", "ben   ada", "ben s-1 ada", "ben - eve",
            "ben Developer shop - ada", "ben Operator shop production ada", "ben Administrator - - eve",
            "ben - shop - ada", "ci Developer shop - 90 ada", "ci - - - 30 ada", "7 ada",
        ]);
        _opened.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("grant developer ben")]
    [InlineData("grant developer ben --everything --application shop")]
    [InlineData("revoke ben")]
    [InlineData("grant 3 ben --everything")]
    [InlineData("grant owner ben --everything")]
    [InlineData("token create --account ci --role 3")]
    [InlineData("token create")]
    [InlineData("account add")]
    [InlineData("account link ben")]
    [InlineData("account link ben --none --subject s")]
    [InlineData("login")]
    public async Task Asking_ForWhatIsNotSaid_IsRefused(string line)
    {
        (await _program.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Usage, line);
        _program.Plane.Asked.ShouldBeEmpty();
        _opened.ShouldBeEmpty();
    }

    [Fact]
    public async Task TokenCreate_PrintsTheTokenAloneAndTalksElsewhere()
    {
        (await _program.RunAsync("token", "create", "--account", "ci")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldBe("tp_7_secret\n");
        _program.Error.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task Lists_ShowAccountsAndTokensWithoutSecrets()
    {
        (await _program.RunAsync("account", "list")).ShouldBe(ExitCode.Success);
        (await _program.RunAsync("token", "list")).ShouldBe(ExitCode.Success);
        var text = _program.Out.ToString();
        text.ShouldContain("ben      person  dev    active  yes       developer in all of shop\n");
        text.ShouldContain("7      ben      token  viewer in all of shop");
        text.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Password_FromStandardInput_IsSentAndNeverShown()
    {
        _program.Surroundings = _program.Surroundings with { In = new StringReader("the one of before\ncorrect horse battery\n") };
        (await _program.RunAsync("account", "password", "ben", "--own")).ShouldBe(ExitCode.Success);
        var (account, request) = ((string, PasswordRequest))_program.Plane.Asked.Single();
        (account, request.Password, request.Current).ShouldBe(("ben", "correct horse battery", "the one of before"));
        (_program.Out.ToString() + _program.Error).ShouldNotContain("horse");
        request.ToString().ShouldNotContain("horse");
    }

    [Fact]
    public async Task Password_TypedTwiceDifferently_IsRefused()
    {
        var typed = new Queue<string>(["correct horse battery", "correct horse batterz"]);
        _program.Surroundings = _program.Surroundings with { IsInteractive = true, AskSecret = (_, _) => Task.FromResult(typed.Dequeue()) };
        (await _program.RunAsync("account", "password", "ben")).ShouldBe(ExitCode.Usage);
        _program.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Password_Empty_IsRefused()
    {
        (await _program.RunAsync("account", "password", "ben")).ShouldBe(ExitCode.Usage);
        _program.Error.ToString().ShouldContain("TP4419");
    }

    [Fact]
    public async Task First_PrintsTheLinkAlone_AndAsksAsTheOwnerWhoeverIsLoggedIn()
    {
        _program.Variables["TOWPATH_TOKEN"] = "tp_7_secret";
        (await _program.RunAsync("account", "first")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldBe("http://127.0.0.1:7420/first?code=first-code\n");
        _program.Plane.Asked.ShouldBe(["first link"]);
        _opened.ShouldBeEmpty();
    }

    [Fact]
    public async Task Login_ThenVerbs_UseItsTokenUntilLogout()
    {
        _program.Surroundings = _program.Surroundings with { In = new StringReader("correct horse battery\n") };
        (await _program.RunAsync("login", "--as", "ben", "--url", "http://127.0.0.1:7500/")).ShouldBe(ExitCode.Success);
        _opened.ShouldBe([("http://127.0.0.1:7500", null)]);
        var file = _home[".config/towpath/session.json"];
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (_program.Out.ToString() + _program.Error).ShouldNotContain("secret");

        (await _program.RunAsync("releases")).ShouldBe(ExitCode.Success);
        _opened[^1].ShouldBe(("http://127.0.0.1:7500", "tp_5_secret"));

        (await _program.RunAsync("logout")).ShouldBe(ExitCode.Success);
        File.Exists(file).ShouldBeFalse();
        _opened[^1].Token.ShouldBe("tp_5_secret");
        _program.Plane.Asked.ShouldContain("logout");
        (await _program.RunAsync("logout")).ShouldBe(ExitCode.Success);
        _program.Error.ToString().ShouldContain("nobody is logged in");
    }

    [Fact]
    public async Task Login_Refused_KeepsNothing()
    {
        _program.Plane.OnLogin = _ => throw new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.LoginRefused());
        _program.Surroundings = _program.Surroundings with { In = new StringReader("wrong\n") };
        (await _program.RunAsync("login", "--as", "ben")).ShouldBe(ExitCode.NotSignedIn);
        File.Exists(_home[".config/towpath/session.json"]).ShouldBeFalse();
    }

    [Fact]
    public async Task WhoAmI_AsOwner_SaysSo()
    {
        (await _program.RunAsync("whoami")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldBe("the owner of this machine, as ada\nroles: administrator in everything\n");
    }

    [Fact]
    public async Task Verbs_WithATokenInTheEnvironment_UseIt()
    {
        _program.Variables["TOWPATH_TOKEN"] = "tp_1_x";
        (await _program.RunAsync("releases", "--app", "shop")).ShouldBe(ExitCode.Success);
        _program.Variables["TOWPATH_URL"] = "https://towpath.example/";
        (await _program.RunAsync("releases", "--app", "shop")).ShouldBe(ExitCode.Success);
        _opened.ShouldBe([("http://127.0.0.1:7420", "tp_1_x"), ("https://towpath.example", "tp_1_x")]);
    }

    [Fact]
    public async Task Down_WhileSomebodyIsLoggedIn_IsTheOwners()
    {
        Login("http://127.0.0.1:7500");
        await _program.RunAsync("down", "--purge");
        _opened.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://towpath.example", "TP4418")]
    [InlineData("http://127.0.0.1.example", "TP4418")]
    [InlineData("http://localhost@towpath.example", "TP4418")]
    [InlineData("ftp://127.0.0.1", "TP4418")]
    [InlineData("127.0.0.1:7420", "TP4418")]
    [InlineData("http://127.0.0.1:7501", "TP4417")]
    public async Task Token_IsNotSentWhereItDoesNotBelong(string url, string code)
    {
        Login("http://127.0.0.1:7500");
        _program.Variables["TOWPATH_URL"] = url;
        await _program.RunAsync("releases");
        _program.Error.ToString().ShouldContain(code);
        _opened.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Login_FileThatCantBeRead_IsNone(string content)
    {
        _home.Write(".config/towpath/session.json", content);
        (await _program.RunAsync("releases")).ShouldBe(ExitCode.Success);
        _opened.ShouldBeEmpty();
    }

    private void Login(string url) => new Session(url, "ben", "tp_5_secret", Facts.Start).Write(new Paths("/nowhere", _home[".config/towpath"]));

    private static string Text(object asked) => asked switch
    {
        AccountRequest r => $"{r.Name} {r.Kind} {string.Join(',', r.Teams!)} {r.Actor}",
        (string name, AccountChangeRequest r) => $"{name} {r.Disabled} {(r.Teams is null ? "-" : string.Join(',', r.Teams))} {r.Actor}",
        (string name, GrantRequest r) => $"{name} {r.Role?.ToString() ?? "-"} {r.Application ?? "-"} {r.Environment ?? "-"} {r.Actor}",
        (string name, TokenRequest r) => $"{name} {r.Role?.ToString() ?? "-"} {r.Application ?? "-"} {r.Environment ?? "-"} {r.Days} {r.Actor}",
        (string name, AccountLinkRequest r) => $"{name} {r.Subject ?? "-"} {r.Actor}",
        (string token, RevokeRequest r) => $"{token} {r.Actor}",
        _ => asked.ToString()!,
    };
}
