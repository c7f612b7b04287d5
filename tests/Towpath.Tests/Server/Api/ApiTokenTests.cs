using Towpath.Server.Api;

namespace Towpath.Tests.Server.Api;

public sealed class ApiTokenTests
{
    [Fact]
    public void Create_Twice_GivesDifferentTokensWithoutSpecialCharacters()
    {
        var tokens = new[] { ApiToken.Create(), ApiToken.Create() };
        tokens[0].ShouldNotBe(tokens[1]);
        tokens.ShouldAllBe(token => token.Length == 43 && token.All(c => char.IsAsciiLetterOrDigit(c) || c == '-' || c == '_'));
    }

    [Fact]
    public void Matches_OnlyTheTokenOfTheHash()
    {
        var token = ApiToken.Create();
        ApiToken.Matches(token, ApiToken.Hash(token)).ShouldBeTrue();
        ApiToken.Matches(token + "x", ApiToken.Hash(token)).ShouldBeFalse();
        ApiToken.Matches(ApiToken.Hash(token), ApiToken.Hash(token)).ShouldBeFalse();
        ApiToken.Matches("", ApiToken.Hash(token)).ShouldBeFalse();
    }
}
