using System.Security.Cryptography;
using Towpath.Core.Identity.OpenId;

namespace Towpath.Tests.Identity.OpenId;

public sealed class LoginTicketTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly LoginTicket Begun = LoginTicket.Begin(Key, RandomNumberGenerator.GetBytes(32), "/apps?x=1", TokenMint.Now);

    [Fact]
    public void Resume_WithCookieAndState_IsTheSame()
    {
        LoginTicket.Resume(Key, Begun.Cookie, Begun.State, TokenMint.Now.AddMinutes(9)).ShouldBe(Begun);
        new[] { Begun.State, Begun.Nonce, Begun.Verifier }.Distinct().Count().ShouldBe(3);
        Begun.Verifier.Length.ShouldBe(43);
        Begun.Cookie.ShouldNotContain(Begun.State);
        Begun.ToString().ShouldBe("LoginTicket");
    }

    [Fact]
    public void Resume_WithAnythingElse_IsNone()
    {
        var other = LoginTicket.Begin(Key, RandomNumberGenerator.GetBytes(32), "/apps?x=1", TokenMint.Now);
        LoginTicket.Resume(Key, Begun.Cookie, other.State, TokenMint.Now).ShouldBeNull();
        LoginTicket.Resume(Key, null, Begun.State, TokenMint.Now).ShouldBeNull();
        LoginTicket.Resume(Key, Begun.Cookie, null, TokenMint.Now).ShouldBeNull();
        LoginTicket.Resume(RandomNumberGenerator.GetBytes(32), Begun.Cookie, Begun.State, TokenMint.Now).ShouldBeNull();
        LoginTicket.Resume(Key, Begun.Cookie, Begun.State, TokenMint.Now.AddMinutes(10)).ShouldBeNull();
        LoginTicket.Resume(Key, Begun.Cookie, Begun.State, TokenMint.Now.AddMinutes(-1)).ShouldBeNull();
        // A later time, or another place to go to, would be another state.
        var parts = Begun.Cookie.Split('.');
        LoginTicket.Resume(Key, $"{TokenMint.Now.AddMinutes(5).ToUnixTimeSeconds()}.{parts[1]}.{parts[2]}", Begun.State, TokenMint.Now.AddMinutes(11)).ShouldBeNull();
        LoginTicket.Resume(Key, $"{parts[0]}.{parts[1]}.{TokenMint.Text("//evil.example")}", Begun.State, TokenMint.Now).ShouldBeNull();
        foreach (var cookie in new[] { "", "..", "a.b.c", new string('1', 5000) }) LoginTicket.Resume(Key, cookie, Begun.State, TokenMint.Now).ShouldBeNull();
    }
}
