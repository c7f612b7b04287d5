using System.Text.Json.Nodes;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Kubernetes.Kubeconfig;

public sealed class ExecPluginTests : IDisposable
{
    private const string Version = "client.authentication.k8s.io/v1";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Program_GetsArgumentsVariablesAndInfo()
    {
        var plugin = Plugin("""printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s-%s-%s"}}' "$1" "$REGION" "$(printf '%s' "$KUBERNETES_EXEC_INFO" | tr -d '"{}')" """);
        var given = await ExecPluginRunner.RunAsync(plugin with { Arguments = ["a b"], Variables = [("REGION", new Secret("north"))] }, TimeSpan.FromMinutes(1), CancellationToken.None);

        given.Token.ShouldNotBeNull().Reveal().ShouldBe("a b-north-some: info");
        given.Ends.ShouldBeNull();
    }

    [Theory]
    [InlineData("echo s3cret; echo s3cret >&2; exit 3", "it ended with 3")]
    [InlineData("echo s3cret", "no JSON")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"s3cret\"}}'", "no ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "neither a token nor a certificate")]
    [InlineData("head -c 2000000 /dev/zero", "more than a MiB")]
    [InlineData("exec sleep 60", "did not end within 1 s")]
    public async Task Run_ProgramThatFails_IsADiagnosticWithoutItsWords(string script, string words)
    {
        var failure = await Should.ThrowAsync<DiagnosticException>(() => ExecPluginRunner.RunAsync(Plugin(script), TimeSpan.FromSeconds(1), CancellationToken.None));

        failure.Diagnostics[0].Code.ShouldBe("TP6349");
        failure.Diagnostics[0].Headline.ShouldContain(words);
        failure.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task Run_ProgramThatIsNotThere_GivesTheProvidersHint()
    {
        var plugin = Plugin("") with { Command = "/nonesuch", InstallHint = "Get it from the provider." };
        var failure = await Should.ThrowAsync<DiagnosticException>(() => ExecPluginRunner.RunAsync(plugin, TimeSpan.FromSeconds(1), CancellationToken.None));

        failure.Diagnostics[0].Help.ShouldBe("Get it from the provider.");
    }

    [Fact]
    public async Task Keeper_TokenThatEnds_IsAskedForAgainOnlyThen()
    {
        var time = new ManualTime();
        var ends = time.Now.AddHours(1).UtcDateTime.ToString("O");
        var plugin = Plugin($$$"""echo x >> "$(dirname "$0")/asked"; echo '{"kind":"ExecCredential","apiVersion":"{{{Version}}}","status":{"token":"t","expirationTimestamp":"{{{ends}}}"}}' """);
        using var keeper = new CredentialKeeper(new ClusterAccess("c", new Uri("https://c.example"), "d") { Login = new ClusterLogin.Plugin(plugin) }, time);
        var first = await keeper.GetAsync(refused: null, CancellationToken.None);
        (await keeper.GetAsync(refused: null, CancellationToken.None)).ShouldBeSameAs(first);
        time.Now = time.Now.AddMinutes(59).AddSeconds(50);
        var second = await keeper.GetAsync(refused: null, CancellationToken.None);
        second.ShouldNotBeSameAs(first, "a token that ends in ten seconds is not shown any more");

        File.ReadAllLines(_folder["asked"]).Length.ShouldBe(2);
    }

    [Fact]
    public void Load_ClusterForThePlugin_IsToldWithItsOwnSettings()
    {
        _folder.Write("config", """
            kind: Config
            current-context: c
            clusters: [{ name: c, cluster: { server: "https://c.example", tls-server-name: n, extensions: [{ name: client.authentication.k8s.io/exec, extension: { audience: a, level: 2, on: true } }] } }]
            contexts: [{ name: c, context: { cluster: c, user: u } }]
            users: [{ name: u, user: { exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: bin/login, args: [x], env: [{ name: A, value: b }], provideClusterInfo: true } } }]
            """);
        var login = KubeconfigLoader.Load(new KubeconfigInputs(_ => null) { File = _folder["config"] }).Login.ShouldBeOfType<ClusterLogin.Plugin>().Program;

        login.Command.ShouldBe(_folder["bin/login"]);
        login.Arguments.ShouldBe(["x"]);
        login.Variables.ShouldHaveSingleItem().Name.ShouldBe("A");
        var info = JsonNode.Parse(login.Info);
        info.Text("apiVersion").ShouldBe("client.authentication.k8s.io/v1beta1");
        info.At("spec", "interactive")!.GetValue<bool>().ShouldBeFalse();
        info.At("spec", "cluster")!.ToJsonString().ShouldBe("""{"server":"https://c.example","tls-server-name":"n","config":{"audience":"a","level":2,"on":true}}""");
    }

    private ExecPlugin Plugin(string script)
    {
        _folder.Write("plugin", "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(_folder["plugin"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new ExecPlugin(Version, _folder["plugin"], new Location("config", 1, 1, 1, 2)) { Info = "{\"some\": \"info\"}" };
    }
}
