using Towpath.Core.Diagnostics;
using Towpath.Engines.Registries;

namespace Towpath.Tests.Engines.Registries;

public sealed class RegistryRepositoryTests
{
    [Theory]
    [InlineData("registry.example/shop/api", "registry.example", "shop/api")]
    [InlineData("registry.example:5000/a", "registry.example:5000", "a")]
    [InlineData("localhost/a__b/c--d", "localhost", "a__b/c--d")]
    [InlineData("[::1]:5000/a.b", "[::1]:5000", "a.b")]
    [InlineData("intern:443/a", "intern:443", "a")]
    public void Parse_Repository_TakesItApart(string name, string host, string path) => RegistryRepository.Parse(name).ShouldBe(new RegistryRepository(host, path));

    [Theory]
    [InlineData("")]
    [InlineData("shop/api")]
    [InlineData("registry.example")]
    [InlineData("registry.example/")]
    [InlineData("registry.example/Shop")]
    [InlineData("registry.example/a..b")]
    [InlineData("registry.example/a:1")]
    [InlineData("registry.example/a@sha256:1")]
    [InlineData("https://registry.example/a")]
    [InlineData("registry.example/../a")]
    [InlineData("user@registry.example/a")]
    [InlineData("registry.example:99999/a")]
    [InlineData("[:::]/a")]
    [InlineData("registry.example/a\n")]
    public void Parse_NoRepository_IsAProblem(string name) =>
        Should.Throw<DiagnosticException>(() => RegistryRepository.Parse(name)).Diagnostics[0].Code.ShouldBe("TP6382");

    [Fact]
    public void Parse_TooLong_IsAProblem() => Should.Throw<DiagnosticException>(() => RegistryRepository.Parse("registry.example/" + new string('a', 250)));

    [Fact]
    public void Server_OfDockerHub_IsNotWhatPeopleWrite()
    {
        RegistryRepository.Parse("docker.io/library/nginx").Server.ShouldBe("registry-1.docker.io");
        RegistryRepository.Parse("registry.example/nginx").Server.ShouldBe("registry.example");
    }
}
