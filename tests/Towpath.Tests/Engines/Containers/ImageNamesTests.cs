using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

public sealed class ImageNamesTests
{
    [Theory]
    [InlineData("debian", "docker.io/library/debian:latest")]
    [InlineData("debian:12", "docker.io/library/debian:12")]
    [InlineData("towpath/shop-api:1", "docker.io/towpath/shop-api:1")]
    [InlineData("localhost/x", "localhost/x:latest")]
    [InlineData("localhost:5000/x", "localhost:5000/x:latest")]
    [InlineData("ghcr.io/a/b@sha256:12", "ghcr.io/a/b@sha256:12")]
    public void Full_ShortName_HasRegistryAndTag(string reference, string expected) => ImageNames.Full(reference).ShouldBe(expected);

    [Theory]
    [InlineData("localhost:5000/x:1", "localhost:5000/x", "1")]
    [InlineData("ghcr.io/a/b@sha256:12", "ghcr.io/a/b", "sha256:12")]
    [InlineData("debian", "docker.io/library/debian", "latest")]
    public void Split_Reference_GivesNameAndTag(string reference, string name, string tag) =>
        ImageNames.Split(reference).ShouldBe((name, tag));
}
