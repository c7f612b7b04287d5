using System.Text.Json.Nodes;
using Towpath.Core.Configuration;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Kubeconfig;

namespace Towpath.Cluster;

/// <summary>Who one is to the cluster: tokens, files of tokens, plugins, and what an account may not.</summary>
public sealed class AccountTests(ClusterFixture cluster) : IAsyncLifetime
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-accounts-").FullName;
    private string _space = "";
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        if (cluster.SkipReason.Length > 0) return;
        _space = await cluster.NewSpaceAsync(Token);
        var client = cluster.Client;
        async Task Apply(string version, string kind, JsonObject body)
        {
            (body["apiVersion"], body["kind"]) = (version, kind);
            body["metadata"] = new JsonObject { ["name"] = "deployer" };
            await client.ApplyAsync(await client.KindAsync(version, kind, Token), _space, body, new ApplyOptions("test"), Token);
        }

        await Apply("v1", "ServiceAccount", []);
        await Apply("rbac.authorization.k8s.io/v1", "Role", new JsonObject { ["rules"] = new JsonArray(new JsonObject { ["apiGroups"] = new JsonArray(""), ["resources"] = new JsonArray("configmaps"), ["verbs"] = new JsonArray("get", "list", "create") }) });
        await Apply("rbac.authorization.k8s.io/v1", "RoleBinding", new JsonObject
        {
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Role", ["name"] = "deployer" },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = "deployer", ["namespace"] = _space }),
        });
        var accounts = await client.KindAsync("v1", "ServiceAccount", Token);
        var given = await client.JsonAsync(
            new Towpath.Engines.Kubernetes.Calls.ApiRequest(HttpMethod.Post, accounts.PathOf(_space, "deployer", "token"), "asking for a token")
            {
                Body = """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}"""u8.ToArray(),
            },
            Token);
        _token = given.Text("status", "token").ShouldNotBeNull();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Token_OfAServiceAccount_IsTaken()
    {
        cluster.Need();
        using var client = As(new ClusterLogin.Bearer(new Secret(_token)));
        (await client.ListAsync(ConfigMaps, new ObjectFilter(_space), Token)).Items.ShouldNotBeNull();
    }

    [Fact]
    public async Task Account_WithoutTheRight_GetsADiagnosticThatNamesIt()
    {
        cluster.Need();
        using var client = As(new ClusterLogin.Bearer(new Secret(_token)));
        var failure = await Should.ThrowAsync<KubernetesException>(() => client.DeleteAsync(ConfigMaps, _space, "any", new DeleteOptions(), Token));

        failure.Failure.ShouldBe(ApiFailure.Forbidden);
        failure.Diagnostic.Code.ShouldBe("TP6304");
        failure.Diagnostic.Notes[0].ShouldContain($"system:serviceaccount:{_space}:deployer");
    }

    [Fact]
    public async Task Token_ThatIsWrong_IsADiagnosticWithoutIt()
    {
        cluster.Need();
        using var client = As(new ClusterLogin.Bearer(new Secret("wrong-token")));
        var failure = await Should.ThrowAsync<KubernetesException>(() => client.ListAsync(ConfigMaps, new ObjectFilter(_space), Token));

        failure.Failure.ShouldBe(ApiFailure.Unauthorized);
        failure.ToString().ShouldNotContain("wrong-token");
    }

    [Fact]
    public async Task TokenFile_ThatChangesAfterARefusal_IsReadAgain()
    {
        cluster.Need();
        var file = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(file, "old-token", Token);
        using var client = As(new ClusterLogin.BearerFile(file));
        await Should.ThrowAsync<KubernetesException>(() => client.ListAsync(ConfigMaps, new ObjectFilter(_space), Token));
        await File.WriteAllTextAsync(file, _token + "\n", Token);

        (await client.ListAsync(ConfigMaps, new ObjectFilter(_space), Token)).Items.ShouldNotBeNull();
    }

    [Fact]
    public async Task Plugin_InAKubeconfig_GivesTheToken()
    {
        cluster.Need();
        var plugin = Path.Combine(_folder, "login");
        await File.WriteAllTextAsync(plugin, """
            #!/bin/sh
            case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) exit 9 ;; esac
            echo asked >> "$(dirname "$0")/asked"
            printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' "$(cat "$1")"
            """, Token);
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), _token, Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "config"), $$"""
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{ name: c, cluster: { server: "{{cluster.Access.Server}}", certificate-authority: ca.crt } }]
            contexts: [{ name: c, context: { cluster: c, user: u, namespace: {{_space}} } }]
            users: [{ name: u, user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [{{_folder}}/token], interactiveMode: Never } } }]
            """, Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.crt"), cluster.Access.Authority, Token);
        using var client = ClusterFixture.Connect(KubeconfigLoader.Load(new KubeconfigInputs(_ => null) { File = Path.Combine(_folder, "config") }));

        client.Namespace.ShouldBe(_space);
        await client.ListAsync(ConfigMaps, new ObjectFilter(_space), Token);
        await client.ListAsync(ConfigMaps, new ObjectFilter(_space), Token);
        (await File.ReadAllLinesAsync(Path.Combine(_folder, "asked"), Token)).Length.ShouldBe(1, "it is asked once while its answer holds");
    }

    [Fact]
    public async Task Authority_OfAnotherCluster_IsNotTrusted()
    {
        cluster.Need();
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=other", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var other = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var client = ClusterFixture.Connect(cluster.Access with { Authority = other.ExportCertificatePem() });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.VersionAsync(Token));
        failure.Failure.ShouldBe(ApiFailure.Untrusted);
    }

    [Fact]
    public async Task ServerName_InTheCertificate_IsLookedFor()
    {
        cluster.NeedOwn();
        using var known = ClusterFixture.Connect(cluster.Access with { ServerName = "kubernetes.default.svc" });
        (await known.VersionAsync(Token)).Major.ShouldBe(1);
        using var unknown = ClusterFixture.Connect(cluster.Access with { ServerName = "elsewhere.example" });
        (await Should.ThrowAsync<KubernetesException>(() => unknown.VersionAsync(Token))).Failure.ShouldBe(ApiFailure.Untrusted);
    }

    private static ApiKind ConfigMaps { get; } = new("", "v1", "ConfigMap", "configmaps", IsNamespaced: true);

    private KubernetesClient As(ClusterLogin login) => ClusterFixture.Connect(cluster.Access with { Certificate = null, Login = login });
}
