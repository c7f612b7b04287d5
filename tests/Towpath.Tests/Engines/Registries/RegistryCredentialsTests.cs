using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;
using Towpath.Engines.Registries;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Registries;

public sealed class RegistryCredentialsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];

    public RegistryCredentialsTests()
    {
        _variables["HOME"] = _folder["home"];
        _variables["XDG_RUNTIME_DIR"] = _folder["run"];
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Find_NoFiles_IsNobody() => (await FindAsync("registry.example/a")).ShouldBeNull();

    [Fact]
    public async Task Find_SeveralFiles_TheFirstWithALoginCounts()
    {
        _folder.Write("home/.docker/config.json", Auths("registry.example", "docker:1"));
        (await FindAsync("registry.example/a"))!.User.ShouldBe("docker");

        _folder.Write("docker/config.json", Auths("registry.example", "elsewhere:1"));
        _variables["DOCKER_CONFIG"] = _folder["docker"];
        (await FindAsync("registry.example/a"))!.User.ShouldBe("elsewhere");

        _folder.Write("home/.config/containers/auth.json", Auths("registry.example", "podman:1"));
        (await FindAsync("registry.example/a"))!.User.ShouldBe("podman");

        _folder.Write("run/containers/auth.json", Auths("other.example", "running:1"));
        (await FindAsync("registry.example/a"))!.User.ShouldBe("podman");
        (await FindAsync("other.example/a"))!.User.ShouldBe("running");

        _folder.Write("only.json", Auths("third.example", "only:1"));
        _variables["REGISTRY_AUTH_FILE"] = _folder["only.json"];
        (await FindAsync("registry.example/a")).ShouldBeNull();
        (await FindAsync("third.example/a"))!.Source.ShouldBe(_folder["only.json"]);
    }

    [Theory]
    [InlineData("registry.example/shop/api", "registry.example/shop/api")]
    [InlineData("registry.example/shop/web", "registry.example/shop")]
    [InlineData("registry.example/shopping", "registry.example")]
    [InlineData("registry.example:5000/a", null)]
    [InlineData("old.example/a", "https://old.example/v2/")]
    [InlineData("docker.io/a/b", "https://index.docker.io/v1/")]
    public async Task Find_SeveralKeys_TheNearestCounts(string repository, string? expected)
    {
        string[] keys = ["registry.example", "registry.example/shop", "registry.example/shop/api", "https://old.example/v2/", "https://index.docker.io/v1/"];
        _folder.Write("run/containers/auth.json", $$"""{"auths":{ {{string.Join(',', keys.Select((key, i) => $"\"{key}\":{{\"auth\":\"{Base64($"user{i}:p")}\"}}"))}} } }""");

        (await FindAsync(repository))?.User.ShouldBe($"user{Array.IndexOf(keys, expected)}");
        ((await FindAsync(repository)) is null).ShouldBe(expected is null);
    }

    [Fact]
    public async Task Find_FormsOfEntries_AreRead()
    {
        _folder.Write("run/containers/auth.json", $$"""
            {"auths":{
              "a.example":{"auth":"{{Base64("ann:with:colon\0\0")}}"},
              "b.example":{"username":"ben","password":"secret"},
              "c.example":{"auth":"{{Base64("x:y")}}","identitytoken":"token"},
              "d.example":{} } }
            """);

        (await FindAsync("a.example/a"))!.Secret.Reveal().ShouldBe("with:colon");
        (await FindAsync("b.example/a"))!.Secret.Reveal().ShouldBe("secret");
        var token = (await FindAsync("c.example/a")).ShouldNotBeNull();
        (token.IsIdentityToken, token.Secret.Reveal(), token.User).ShouldBe((true, "token", ""));
        (await FindAsync("d.example/a")).ShouldBeNull();
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("[\"hunter2\"]")]
    [InlineData("{\"auths\":{\"registry.example\":{\"auth\":\"hunter2!\"}}}")]
    [InlineData("{\"auths\":{\"registry.example\":{\"auth\":\"aHVudGVyMg==\"}}}")]
    [InlineData("{\"credsStore\":\"../hunter2\"}")]
    public async Task Find_BrokenFile_IsAProblemThatShowsNothingOfIt(string text)
    {
        _folder.Write("run/containers/auth.json", text);

        var problem = (await Should.ThrowAsync<DiagnosticException>(() => FindAsync("registry.example/a"))).Diagnostics[0];

        problem.Code.ShouldBe("TP6388");
        problem.Headline.ShouldContain(_folder["run/containers/auth.json"]);
        problem.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Find_FileIsTooLong_IsAProblem()
    {
        _folder.Write("run/containers/auth.json", new string(' ', 1024 * 1024 + 1));

        (await Should.ThrowAsync<DiagnosticException>(() => FindAsync("registry.example/a"))).Diagnostics[0].Code.ShouldBe("TP6388");
    }

    [Fact]
    public async Task Find_ProgramIsMissing_IsAProblem()
    {
        _folder.Write("run/containers/auth.json", """{"credHelpers":{"registry.example":"towpath-nowhere"}}""");

        var problem = (await Should.ThrowAsync<DiagnosticException>(() => FindAsync("registry.example/a"))).Diagnostics[0];

        problem.Code.ShouldBe("TP6389");
        problem.Headline.ShouldContain("docker-credential-towpath-nowhere");
        (await FindAsync("other.example/a")).ShouldBeNull();
    }

    [Fact]
    public void ProgramFor_OneForTheRegistry_GoesBeforeTheOneForAll()
    {
        _folder.Write("config.json", """{"credHelpers":{"a.example":"one","https://index.docker.io/v1/":"hub"},"credsStore":"all"}""");
        var file = CredentialFile.Read(_folder["config.json"]).ShouldNotBeNull();

        file.ProgramFor(new RegistryRepository("a.example", "x")).ShouldBe("one");
        file.ProgramFor(new RegistryRepository("docker.io", "x")).ShouldBe("hub");
        file.ProgramFor(new RegistryRepository("b.example", "x")).ShouldBe("all");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Auths(string key, string login) => $$"""{"auths":{"{{key}}":{"auth":"{{Base64(login)}}"} } }""";

    private Task<RegistryLogin?> FindAsync(string repository) => new RegistryCredentials(_variables.GetValueOrDefault).FindAsync(repository, Cancel);
}
