using Towpath.Core.Identity;

namespace Towpath.Tests.Identity;

public sealed class FormTokenTests
{
    [Fact]
    public void Fits_OnlyWhatBelongsToTheCookie()
    {
        var token = FormToken.Of("cookie");
        token.Length.ShouldBe(43);
        FormToken.Fits(token, "cookie").ShouldBeTrue();
        foreach (var other in new[] { null, "", "cookie", token[..^1], FormToken.Of("other") }) FormToken.Fits(other, "cookie").ShouldBeFalse();
    }
}
