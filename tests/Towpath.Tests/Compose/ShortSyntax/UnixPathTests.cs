using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Tests.Compose.ShortSyntax;

public sealed class UnixPathTests
{
    [Theory]
    [InlineData("", ".")]
    [InlineData(".", ".")]
    [InlineData("/", "/")]
    [InlineData("/a//b/", "/a/b")]
    [InlineData("/a/./b/../c", "/a/c")]
    [InlineData("/../a", "/a")]
    [InlineData("../a/../..", "../..")]
    [InlineData(".hidden/..b", ".hidden/..b")]
    public void Clean_Path_IsTheShortestOfTheSame(string path, string expected) => UnixPath.Clean(path).ShouldBe(expected);

    [Theory]
    [InlineData("/srv/project", "./a", "/srv/project/a")]
    [InlineData("/srv/project", "../a", "/srv/a")]
    [InlineData("/srv/project", "", "/srv/project")]
    public void Join_RelativePath_CountsFromTheFolder(string folder, string path, string expected) => UnixPath.Join(folder, path).ShouldBe(expected);
}
