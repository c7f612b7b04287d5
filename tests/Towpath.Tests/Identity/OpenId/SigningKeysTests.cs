using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Identity.OpenId;

namespace Towpath.Tests.Identity.OpenId;

public sealed class SigningKeysTests
{
    [Fact]
    public void Read_KeysThatCantSign_AreLeftOut()
    {
        using var weak = RSA.Create(1024);
        var off = TokenMint.EcKey(TokenMint.Ec, "off");
        off["y"] = off["x"]!.DeepClone();
        var keys = SigningKeys.Read(TokenMint.Set(
            TokenMint.RsaKey(TokenMint.Rsa, "good"), TokenMint.RsaKey(TokenMint.Rsa, "cipher", use: "enc"), TokenMint.RsaKey(weak, "weak"), off,
            new JsonObject { ["kty"] = "oct", ["k"] = "AAAA", ["kid"] = "shared" }));

        keys!.Value.Select(k => k.Id).ShouldBe(["good"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":7}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    public void Read_NoSet_IsTold(string text) => SigningKeys.Read(Encoding.UTF8.GetBytes(text)).ShouldBeNull();
}
