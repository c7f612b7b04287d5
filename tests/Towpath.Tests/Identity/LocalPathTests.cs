using Towpath.Core.Identity;

namespace Towpath.Tests.Identity;

public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/", true)]
    [InlineData("/apps/shop?tab=1&x=%2F", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("apps", false)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("\\\\evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/\t/evil.example", false)]
    [InlineData("/\r\nLocation: https://evil.example", false)]
    [InlineData("/ü", false)]
    public void Or_TakesPathsOfThisHostOnly(string? path, bool taken) => LocalPath.Or(path, "/login").ShouldBe(taken ? path : "/login");

    [Fact]
    public void Or_LongPath_IsLeftOut() => LocalPath.Or("/" + new string('a', 600), "/login").ShouldBe("/login");
}
