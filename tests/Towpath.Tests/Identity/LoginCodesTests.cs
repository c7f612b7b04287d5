using Towpath.Core.Identity;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Identity;

public sealed class LoginCodesTests
{
    private const string Redirect = "http://127.0.0.1:40123/";
    private static readonly string Verifier = new('v', 43);
    private static readonly GivenCode Code = new("hash", "ben", TerminalLogin.ChallengeOf(Verifier), Redirect, Models.Noon);

    [Fact]
    public void Take_WithItsVerifier_GivesItOnce()
    {
        var (found, left) = LoginCodes.Empty.Add(Code).Take("hash", Verifier, Redirect, Models.Noon.AddSeconds(59));
        found.ShouldBe(Code);
        left.Take("hash", Verifier, Redirect, Models.Noon.AddSeconds(59)).Code.ShouldBeNull();
        left.Given.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("other", Redirect, 0)]
    [InlineData(null, "http://127.0.0.1:40124/", 0)]
    [InlineData(null, Redirect, 60)]
    [InlineData(null, Redirect, -1)]
    public void Take_AnyOtherWay_GivesNothingAndUsesItUp(string? verifier, string redirect, int seconds)
    {
        var (found, left) = LoginCodes.Empty.Add(Code).Take("hash", verifier ?? Verifier, redirect, Models.Noon.AddSeconds(seconds));
        found.ShouldBeNull();
        left.Take("hash", Verifier, Redirect, Models.Noon).Code.ShouldBeNull();
    }

    [Fact]
    public void Take_OfACodeThatThereIsNot_LeavesTheOthers()
    {
        var (found, left) = LoginCodes.Empty.Add(Code).Take("another", Verifier, Redirect, Models.Noon);
        found.ShouldBeNull();
        left.Take("hash", Verifier, Redirect, Models.Noon).Code.ShouldBe(Code);
    }

    [Fact]
    public void Add_ManyOfOneAccount_TakesNobodyElsesAway()
    {
        var codes = LoginCodes.Empty.Add(Code with { Hash = "ann", Account = "ann" });
        for (var i = 0; i < 100; i++) codes = codes.Add(Code with { Hash = $"{i}" });
        codes.Given.Select(g => g.Hash).ShouldBe(["ann", "95", "96", "97", "98", "99"]);
        codes.Add(Code with { Hash = "later", At = Models.Noon.AddMinutes(1) }).Given.ShouldHaveSingleItem().Hash.ShouldBe("later");
    }
}
