using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Identity.OpenId;

namespace Towpath.Tests.Identity.OpenId;

public sealed class IdTokenTests
{
    private static readonly IdTokenExpectation Expected = new(TokenMint.Issuer, TokenMint.Client, TokenMint.Nonce, "access-1");
    private static readonly ImmutableArray<SigningKey> Keys = SigningKeys.Read(TokenMint.Set(TokenMint.RsaKey(TokenMint.Rsa), TokenMint.EcKey(TokenMint.Ec)))!.Value;

    [Theory]
    [InlineData("RS256", "k1")]
    [InlineData("PS256", "k1")]
    [InlineData("ES256", "k2")]
    public void Verify_SignedByAKnownKey_GivesTheClaims(string algorithm, string kid)
    {
        var reading = Verify(TokenMint.Sign(TokenMint.Claims(), algorithm, kid));
        reading.Problem.ShouldBeNull();
        reading.Claims!.Value.GetProperty("sub").GetString().ShouldBe("7c9e6679");
    }

    [Fact]
    public void Verify_AlgorithmNone_IsRefused()
    {
        var unsigned = $"{TokenMint.Text("""{"alg":"none"}""")}.{TokenMint.Text(TokenMint.Claims().ToJsonString())}.";
        Verify(unsigned).Claims.ShouldBeNull();
        Verify(unsigned + "AA").Problem!.ShouldContain("not signed by RS256, PS256, ES256");
        Verify(TokenMint.Sign(TokenMint.Claims(), "none")).Claims.ShouldBeNull();
        Verify(TokenMint.Sign(TokenMint.Claims(), "None")).Claims.ShouldBeNull();
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("RS512")]
    [InlineData("rs256")]
    [InlineData("EdDSA")]
    public void Verify_OtherAlgorithm_IsRefused(string algorithm) =>
        Verify(TokenMint.Sign(TokenMint.Claims(), algorithm)).Problem!.ShouldContain("not signed by");

    [Fact]
    public void Verify_HmacWithThePublicKey_IsRefused()
    {
        foreach (var known in new[] { Encoding.ASCII.GetBytes(TokenMint.Rsa.ExportSubjectPublicKeyInfoPem()), TokenMint.Rsa.ExportSubjectPublicKeyInfo(), TokenMint.Rsa.ExportParameters(false).Modulus! })
            Verify(TokenMint.Sign(TokenMint.Claims(), "HS256", sign: data => HMACSHA256.HashData(known, data))).Claims.ShouldBeNull();
    }

    [Fact]
    public void Verify_AlgorithmOfAnotherKindOfKey_IsRefused()
    {
        Verify(TokenMint.Sign(TokenMint.Claims(), "ES256", "k1")).Problem!.ShouldContain("signature");
        Verify(TokenMint.Sign(TokenMint.Claims(), "RS256", "k2")).Problem!.ShouldContain("signature");
        var only = SigningKeys.Read(TokenMint.Set(TokenMint.RsaKey(TokenMint.Rsa, alg: "PS256")))!.Value;
        IdToken.Verify(TokenMint.Sign(TokenMint.Claims(), "RS256"), only, Expected, TokenMint.Now).Claims.ShouldBeNull();
        IdToken.Verify(TokenMint.Sign(TokenMint.Claims(), "PS256"), only, Expected, TokenMint.Now).Claims.ShouldNotBeNull();
    }

    [Fact]
    public void Verify_UnknownKey_SaysThatNewerOnesMayHelp()
    {
        var reading = Verify(TokenMint.Sign(TokenMint.Claims(), kid: "k9"));
        reading.Claims.ShouldBeNull();
        reading.IsOfUnknownKey.ShouldBeTrue();
    }

    [Fact]
    public void Verify_WithoutAKeyName_OnlyWhereThereIsNoChoice()
    {
        Verify(TokenMint.Sign(TokenMint.Claims(), kid: null)).Problem!.ShouldContain("does not say which key");
        var one = SigningKeys.Read(TokenMint.Set(TokenMint.RsaKey(TokenMint.Rsa)))!.Value;
        IdToken.Verify(TokenMint.Sign(TokenMint.Claims(), kid: null), one, Expected, TokenMint.Now).Claims.ShouldNotBeNull();
    }

    [Fact]
    public void Verify_Tampered_IsRefused()
    {
        var parts = TokenMint.Sign(TokenMint.Claims()).Split('.');
        var other = TokenMint.Claims();
        other["sub"] = "root";
        Verify($"{parts[0]}.{TokenMint.Text(other.ToJsonString())}.{parts[2]}").Problem!.ShouldContain("signature");
        var seal = Base64Url.DecodeFromChars(parts[2]);
        seal[7] ^= 1;
        Verify($"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(seal)}").Problem!.ShouldContain("signature");
        using var stranger = RSA.Create(2048);
        Verify(TokenMint.Sign(TokenMint.Claims(), sign: data => stranger.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))).Problem!.ShouldContain("signature");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("a.b.c.d.e")]
    [InlineData("..")]
    [InlineData("!.!.!")]
    [InlineData("e30=.e30=.e30=")]
    public void Verify_NoToken_IsRefused(string token) => Verify(token).Claims.ShouldBeNull();

    [Fact]
    public void Verify_HeaderWithAnExtensionOrAKeyOfItsOwn_IsNotFollowed()
    {
        Verify(TokenMint.Sign(TokenMint.Claims(), extra: new JsonObject { ["crit"] = new JsonArray("b64"), ["b64"] = false })).Problem!.ShouldContain("extension");
        using var own = RSA.Create(2048);
        var header = new JsonObject { ["jwk"] = TokenMint.RsaKey(own), ["jku"] = "https://evil.example/keys" };
        Verify(TokenMint.Sign(TokenMint.Claims(), sign: data => own.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), extra: header)).Problem!.ShouldContain("signature");
    }

    [Fact]
    public void Verify_TwiceTheSameClaim_IsRefused()
    {
        var body = TokenMint.Claims().ToJsonString();
        var data = $"{TokenMint.Text("""{"alg":"RS256","kid":"k1"}""")}.{TokenMint.Text(body.Insert(1, "\"sub\":\"root\","))}";
        var seal = TokenMint.Rsa.SignData(Encoding.ASCII.GetBytes(data), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Verify($"{data}.{Base64Url.EncodeToString(seal)}").Problem!.ShouldContain("can't be read");
    }

    public static TheoryData<string, string?, string> Faults => new()
    {
        { "iss", "\"https://id.example.org/\"", "another issuer" },
        { "iss", "\"https://evil.example\"", "another issuer" },
        { "iss", null, "another issuer" },
        { "aud", "\"other\"", "somebody else" },
        { "aud", "[]", "somebody else" },
        { "aud", "[\"towpath\", 7]", "somebody else" },
        { "aud", null, "somebody else" },
        { "aud", "[\"towpath\", \"other\"]", "for several" },
        { "azp", "\"other\"", "somebody else asked" },
        { "azp", "7", "somebody else asked" },
        { "sub", "\"\"", "names nobody" },
        { "sub", "7", "names nobody" },
        { "sub", null, "names nobody" },
        { "exp", null, "expired" },
        { "exp", "\"2099\"", "expired" },
        { "exp", "1e300", "expired" },
        { "iat", null, "just now" },
        { "nbf", "\"soon\"", "not valid yet" },
        { "nonce", "\"nonce-2\"", "another request" },
        { "nonce", null, "another request" },
        { "at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"", "another access token" },
        { "at_hash", "7", "another access token" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Verify_ClaimThatIsNotAsItMustBe_IsRefused(string claim, string? value, string why)
    {
        var claims = TokenMint.Claims();
        if (value is null) claims.Remove(claim);
        else claims[claim] = JsonNode.Parse(value);
        Verify(TokenMint.Sign(claims)).Problem!.ShouldContain(why);
    }

    [Theory]
    [InlineData("exp", -60, false)]
    [InlineData("exp", -59, true)]
    [InlineData("nbf", 60, true)]
    [InlineData("nbf", 61, false)]
    [InlineData("iat", 60, true)]
    [InlineData("iat", 61, false)]
    [InlineData("iat", -660, true)]
    [InlineData("iat", -661, false)]
    public void Verify_Times_AreTakenWithAMinuteOfSkew(string claim, int seconds, bool taken)
    {
        var claims = TokenMint.Claims();
        claims[claim] = TokenMint.Now.ToUnixTimeSeconds() + seconds;
        (Verify(TokenMint.Sign(claims)).Problem is null).ShouldBe(taken);
    }

    [Fact]
    public void Verify_RightHashAndSeveralAudiences_IsTaken()
    {
        var claims = TokenMint.Claims();
        claims["aud"] = new JsonArray("towpath", "other");
        claims["azp"] = "towpath";
        claims["at_hash"] = Base64Url.EncodeToString(SHA256.HashData("access-1"u8).AsSpan(0, 16));
        Verify(TokenMint.Sign(claims)).Problem.ShouldBeNull();
    }

    [Fact]
    public void Verify_LongToken_IsNotLookedAt()
    {
        var claims = TokenMint.Claims();
        claims["x"] = new string('x', IdToken.MostCharacters);
        Verify(TokenMint.Sign(claims)).Claims.ShouldBeNull();
    }

    private static IdTokenReading Verify(string token) => IdToken.Verify(token, Keys, Expected, TokenMint.Now);
}
