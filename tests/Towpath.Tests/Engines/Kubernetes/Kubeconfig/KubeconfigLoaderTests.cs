using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Kubernetes.Kubeconfig;

public sealed class KubeconfigLoaderTests : IDisposable
{
    private const string Whole = """
        apiVersion: v1
        kind: Config
        current-context: dev
        clusters:
          - name: c
            cluster: { server: "https://cluster.example:6443/k8s" }
        contexts:
          - name: dev
            context: { cluster: c, user: u, namespace: shop }
          - name: other
            context: { cluster: c, user: w }
        users:
          - name: u
            user: { token: s3cret }
          - name: w
            user: { username: ann, password: s3cret }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_HomeFile_GivesTheCurrentContext()
    {
        _folder.Write(".kube/config", Whole);
        _variables["HOME"] = _folder.Path;
        var access = Load();

        access.Context.ShouldBe("dev");
        access.Server.ShouldBe(new Uri("https://cluster.example:6443/k8s"));
        access.Namespace.ShouldBe("shop");
        access.Login.ShouldBeOfType<ClusterLogin.Bearer>().Token.Reveal().ShouldBe("s3cret");
        access.ToString().ShouldNotContain("s3cret");
        KubeconfigLoader.Contexts(Inputs).ShouldBe(["dev", "other"]);
    }

    [Fact]
    public void Load_NamedContext_IsTaken()
    {
        _folder.Write("config", Whole);
        var access = KubeconfigLoader.Load(Inputs with { File = _folder["config"], Context = "other" });

        access.Login.ShouldBeOfType<ClusterLogin.Basic>().User.ShouldBe("ann");
        access.Namespace.ShouldBe("default");
    }

    [Fact]
    public void Load_SeveralFiles_TakesTheFirstOfEachNameAndPathsFromTheirOwnFolders()
    {
        _folder.Write("a/config", """
            { kind: Config, current-context: "", users: [{ name: u, user: { tokenFile: token } }], clusters: [{ name: other, cluster: { server: "https://other.example" } }] }
            """);
        _folder.Write("b/config", Whole);
        _variables["KUBECONFIG"] = $"{_folder["nonesuch"]}:{_folder["a/config"]}:{_folder["b/config"]}";
        var access = Load();

        access.Context.ShouldBe("dev", "an empty current-context is none");
        access.Server.Host.ShouldBe("cluster.example");
        access.Login.ShouldBe(new ClusterLogin.BearerFile(_folder["a/token"]));
    }

    [Fact]
    public void Load_InAPod_TakesItsServiceAccount()
    {
        _folder.Write("account/token", "t");
        _folder.Write("account/namespace", "shop\n");
        _folder.Write("account/ca.crt", "-----");
        (_variables["KUBERNETES_SERVICE_HOST"], _variables["KUBERNETES_SERVICE_PORT"]) = ("fd00::1", "6443");
        var access = Load();

        access.Server.ShouldBe(new Uri("https://[fd00::1]:6443"));
        access.Namespace.ShouldBe("shop");
        access.Login.ShouldBe(new ClusterLogin.BearerFile(_folder["account/token"]));
    }

    [Fact]
    public void Load_Nothing_SaysWhereItLooked()
    {
        _variables["HOME"] = _folder.Path;
        var failure = Should.Throw<DiagnosticException>(() => Load());
        failure.Diagnostics[0].Code.ShouldBe("TP6340");
        failure.Diagnostics[0].Notes[0].ShouldContain(_folder[".kube/config"]);
    }

    [Theory]
    [InlineData("user: { token: s3cret }", "user: { auth-provider: { name: gcp } }", "TP6346", 14)]
    [InlineData("cluster: { server: \"https://cluster.example:6443/k8s\" }", "cluster: { server: cluster.example }", "TP6345", 6)]
    [InlineData("cluster: { server: \"https://cluster.example:6443/k8s\" }", "cluster: { server: \"https://ann:s3cret@cluster.example\" }", "TP6345", 6)]
    [InlineData("cluster: { server:", "cluster: { certificate-authority: nonesuch.crt, server:", "TP6341", 6)]
    [InlineData("cluster: { server:", "cluster: { certificate-authority-data: '***', server:", "TP6347", 6)]
    [InlineData("cluster: { server:", "cluster: { certificate-authority-data: czNjcmV0, server:", "TP6348", 6)]
    [InlineData("cluster: { server:", "cluster: { proxy-url: 'ftp://ann:s3cret@proxy', server:", "TP6354", 6)]
    [InlineData("cluster: c, user: u", "cluster: nonesuch, user: u", "TP6344", 9)]
    [InlineData("cluster: c, user: u", "cluster: c, user: nonesuch", "TP6344", 9)]
    [InlineData("current-context: dev", "current-context: nonesuch", "TP6343", 3)]
    [InlineData("name: w", "name: u", "TP6342", 15)]
    [InlineData("kind: Config", "kind: Deployment", "TP6352", 2)]
    [InlineData("token: s3cret", "exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: login }", "TP6351", 14)]
    [InlineData("token: s3cret", "exec: { apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Always }", "TP6350", 14)]
    [InlineData("token: s3cret", "client-certificate-data: czNjcmV0", "TP6348", 14)]
    [InlineData("token: s3cret", "token: { s3cret: 1 }", "TP1040", 14)]
    [InlineData("token: s3cret }", "token: s3cret ]", "TP1005", 14)]
    public void Load_WrongFile_PointsAtItsLineAndShowsNoSecret(string part, string wrong, string code, int line)
    {
        _folder.Write("config", Whole.Replace(part, wrong));
        var failure = Should.Throw<DiagnosticException>(() => KubeconfigLoader.Load(Inputs with { File = _folder["config"] }));

        var diagnostic = failure.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe(code);
        diagnostic.Location.ShouldNotBeNull().Line.ShouldBe(line);
        diagnostic.Location.File.ShouldBe(_folder["config"]);
        DiagnosticWriter.Write(diagnostic).ShouldNotContain("s3cret");
    }

    [Fact]
    public void Load_InsecureBesideAnAuthority_IsAContradiction()
    {
        using var key = ECDsa.Create();
        using var made = Make(key);
        _folder.Write("config", Whole.Replace("cluster: { server:", $"cluster: {{ insecure-skip-tls-verify: true, certificate-authority-data: {Base64(made.ExportCertificatePem())}, server:"));
        Should.Throw<DiagnosticException>(() => KubeconfigLoader.Load(Inputs with { File = _folder["config"] })).Diagnostics[0].Code.ShouldBe("TP6353");
    }

    [Fact]
    public void Load_CertificatesAndKeysOfAllForms_AreRead()
    {
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        using var first = Make(elliptic);
        using var second = new CertificateRequest("CN=ann", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(Models.Noon, Models.Noon.AddDays(1));
        foreach (var (certificate, key) in ((X509Certificate2, string)[])
            [(first, elliptic.ExportECPrivateKeyPem()), (first, elliptic.ExportPkcs8PrivateKeyPem()), (second, rsa.ExportRSAPrivateKeyPem()), (second, rsa.ExportPkcs8PrivateKeyPem())])
        {
            _folder.Write("keys/key", key);
            _folder.Write("config", Whole.Replace("token: s3cret", $"client-certificate-data: {Base64(certificate.ExportCertificatePem())}, client-key: keys/key"));
            KubeconfigLoader.Load(Inputs with { File = _folder["config"] }).Certificate.ShouldNotBeNull().Ends.ShouldBe(new DateTimeOffset(certificate.NotAfter));
        }

        _folder.Write("keys/key", elliptic.ExportPkcs8PrivateKeyPem());
        var failure = Should.Throw<DiagnosticException>(() => KubeconfigLoader.Load(Inputs with { File = _folder["config"] }));
        failure.Diagnostics[0].Code.ShouldBe("TP6348", "the key belongs to another certificate");
    }

    private static X509Certificate2 Make(ECDsa key) => new CertificateRequest("CN=ann", key, HashAlgorithmName.SHA256).CreateSelfSigned(Models.Noon, Models.Noon.AddDays(1));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private KubeconfigInputs Inputs => new(name => _variables.GetValueOrDefault(name)) { ServiceAccount = _folder["account"] };

    private ClusterAccess Load() => KubeconfigLoader.Load(Inputs);
}
