using Towpath.Core.Identity;

namespace Towpath.Tests.Identity;

public sealed class TerminalLoginTests
{
    // RFC 7636, appendix B.
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static readonly string State = new('s', 43);

    [Fact]
    public void Challenge_OfTheVerifierInTheStandard_IsTheOneInTheStandard()
    {
        TerminalLogin.ChallengeOf(Verifier).ShouldBe(Challenge);
        TerminalLogin.Proves(Verifier, Challenge).ShouldBeTrue();
    }

    [Theory]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")]
    [InlineData("")]
    [InlineData(Challenge)]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")]
    public void Proves_WithAnotherVerifier_Not(string verifier) => TerminalLogin.Proves(verifier, Challenge).ShouldBeFalse();

    [Fact]
    public void Proves_WithWhatIsNoVerifier_NotThoughItsHashFits()
    {
        foreach (var verifier in new[] { "short", new string('a', 42), new string('a', 129), new string('a', 42) + "é", new string('a', 42) + " " })
            TerminalLogin.Proves(verifier, TerminalLogin.ChallengeOf(verifier)).ShouldBeFalse(verifier);
        TerminalLogin.Proves(new string('a', 128), TerminalLogin.ChallengeOf(new string('a', 128))).ShouldBeTrue();
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://127.0.0.1:40123/")]
    [InlineData("http://127.0.0.1:65535/")]
    [InlineData("http://[::1]:40123/")]
    public void Read_ALoopbackAddress_IsTaken(string redirect) => TerminalLogin.Read(Challenge, State, redirect, "laptop").Login.ShouldBe(new TerminalLogin(Challenge, State, redirect, "laptop"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://127.0.0.1:40123/")]
    [InlineData("http://localhost:40123/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.0.0.1:0/")]
    [InlineData("http://127.0.0.1:65536/")]
    [InlineData("http://127.0.0.1:40123")]
    [InlineData("http://127.0.0.1:40123/\n")]
    [InlineData("http://127.0.0.1:40123/more")]
    [InlineData("http://127.0.0.1:40123/?a=b")]
    [InlineData("http://127.0.0.1:40123/#a")]
    [InlineData("http://127.0.0.1:40123@evil.example/")]
    [InlineData("http://ben@127.0.0.1:40123/")]
    [InlineData("http://127.0.0.1:40123.evil.example/")]
    [InlineData("http://127.0.0.1.evil.example:40123/")]
    [InlineData("http://127.0.0.2:40123/")]
    [InlineData("http://0x7f000001:40123/")]
    [InlineData("http://2130706433:40123/")]
    [InlineData("http://[::ffff:127.0.0.1]:40123/")]
    [InlineData("http://[::2]:40123/")]
    [InlineData("http://127.0.0.1:٤٠١/")]
    [InlineData("HTTP://127.0.0.1:40123/")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData(" http://127.0.0.1:40123/")]
    public void Read_AnyOtherAddress_IsRefused(string? redirect)
    {
        var (login, fault) = TerminalLogin.Read(Challenge, State, redirect, null);
        login.ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain("http://127.0.0.1:PORT/");
    }

    [Theory]
    [InlineData(null, "ssssssssssssssssssssssssssssssssssssssssssss", "challenge")]
    [InlineData("plain", "ssssssssssssssssssssssssssssssssssssssssssss", "challenge")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN", "ssssssssssssssssssssssssssssssssssssssssssss", "challenge")]
    [InlineData(Challenge, null, "state")]
    [InlineData(Challenge, "short", "state")]
    [InlineData(Challenge, "ssssssssssssssssssssssssssssssssssssssssssss&code=x", "state")]
    public void Read_AnotherFieldThatIsNotAsItMustBe_IsRefused(string? challenge, string? state, string what) =>
        TerminalLogin.Read(challenge, state, "http://127.0.0.1:40123/", null).Fault.ShouldNotBeNull().ShouldContain(what);

    [Fact]
    public void Read_AMachineOfAnyName_IsShortAndPlain() =>
        TerminalLogin.Read(Challenge, State, "http://127.0.0.1:1/", "lap top\u202e\n" + new string('x', 500)).Login!.Machine.ShouldBe("laptop" + new string('x', 58));

    [Fact]
    public void Query_OfTheLongestLogin_PassesALogin()
    {
        var login = TerminalLogin.Read(Challenge, new string('s', 128), "http://127.0.0.1:65535/", new string('%', 64)).Login.ShouldNotBeNull();
        LocalPath.Or($"/login/terminal?{login.Query}", "elsewhere").ShouldStartWith("/login/terminal?challenge=");
    }

    [Fact]
    public void Check_OfTwoLogins_Differs()
    {
        TerminalLogin.CheckOf(Challenge).ShouldMatch("^[0-9a-f]{4}-[0-9a-f]{4}$");
        TerminalLogin.CheckOf(Challenge).ShouldNotBe(TerminalLogin.CheckOf(TerminalLogin.ChallengeOf(Challenge)));
    }
}
