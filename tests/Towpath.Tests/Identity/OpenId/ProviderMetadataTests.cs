using System.Text;
using System.Web;
using Towpath.Core.Identity.OpenId;

namespace Towpath.Tests.Identity.OpenId;

public sealed class ProviderMetadataTests
{
    private const string Document =
        """{"issuer":"https://id.example.org","authorization_endpoint":"https://id.example.org/a?tenant=1","token_endpoint":"https://id.example.org/t","jwks_uri":"https://id.example.org/k"}""";

    [Fact]
    public void Request_HoldsWhatPkceAndOpenIdAskFor()
    {
        var (metadata, problem) = Read(Document);
        problem.ShouldBeNull();
        metadata!.TakesBasic.ShouldBeTrue();
        var ticket = LoginTicket.Begin(new byte[32], new byte[32], "/login", TokenMint.Now);
        var query = HttpUtility.ParseQueryString(metadata.Request("towpath", new Uri("https://towpath.example.org/login/oidc/callback"), ["openid", "profile"], ticket).Query);
        query.AllKeys.ShouldBe(["tenant", "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"]);
        query["scope"].ShouldBe("openid profile");
        query["redirect_uri"].ShouldBe("https://towpath.example.org/login/oidc/callback");
        query["code_challenge"].ShouldBe(ticket.Challenge);
        query.ToString()!.ShouldNotContain(ticket.Verifier);
    }

    [Fact]
    public void Challenge_IsTheOneOfTheRfc() =>
        // RFC 7636, appendix B.
        (LoginTicket.Begin(new byte[32], new byte[32], "/", TokenMint.Now) with { Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" }).Challenge.ShouldBe("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");

    [Theory]
    [InlineData("https://id.example.org\"", "https://id.example.org/\"", "another issuer")]
    [InlineData("https://id.example.org/t", "http://id.example.org/t", "not https")]
    [InlineData("https://id.example.org/k", "file:///etc/passwd", "not https")]
    [InlineData("https://id.example.org/k", "https://user@id.example.org/k", "not https")]
    [InlineData("\"jwks_uri\"", "\"keys\"", "lacks an endpoint")]
    [InlineData("{", "{\"code_challenge_methods_supported\":[\"plain\"],", "PKCE")]
    [InlineData("{", "{\"issuer\":\"https://id.example.org\",", "no JSON object")]
    [InlineData("{", "", "no JSON object")]
    public void Read_DocumentThatWontDo_SaysWhy(string part, string other, string why)
    {
        var at = Document.IndexOf(part, StringComparison.Ordinal);
        var (metadata, problem) = Read(Document.Remove(at, part.Length).Insert(at, other));
        metadata.ShouldBeNull();
        problem!.ShouldContain(why);
    }

    private static (ProviderMetadata? Metadata, string? Problem) Read(string text) => ProviderMetadata.Read(Encoding.UTF8.GetBytes(text), TokenMint.Issuer);
}
