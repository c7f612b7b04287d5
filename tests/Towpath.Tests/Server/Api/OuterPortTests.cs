using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;
using Towpath.Tests.Server.Api.Pages;

namespace Towpath.Tests.Server.Api;

/// <summary>The port beside the loopback one, with real TLS and behind a proxy.</summary>
public sealed class OuterPortTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _said = [];
    private readonly int _port = FreePort();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tls_ServesTheOneNameAndSaysSoForAYear()
    {
        Write("a");
        await using var api = await StartAsync(Certificate());
        using var browser = Browser();

        var page = await browser.GetAsync("/login");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000"]);
        browser.LastSet.ShouldHaveSingleItem().ShouldMatch("^__Host-towpath-form=[^;]+; path=/; secure; samesite=lax; httponly$");

        await browser.PostAsync("/login", ("csrf", await browser.CsrfAsync()), ("account", "ben"), ("password", "p"));
        browser.LastSet.ShouldHaveSingleItem().ShouldMatch("^__Host-towpath=tp_5_secret; expires=[^;]+; path=/; secure; samesite=lax; httponly$");

        browser.Headers["Host"] = "127.0.0.1";
        (await browser.GetAsync("/login")).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    [Fact]
    public async Task Tls_TheOwnersToken_CountsOnThisMachineOnly()
    {
        Write("a");
        await using var api = await StartAsync(Certificate());
        api.Plane.Principals["ben"] = new Principal("ben", AccountKind.Person, [], [new Grant(Role.Viewer, Extent.All)]);
        using var browser = Browser();
        browser.Headers["Authorization"] = $"Bearer {api.Token}";
        (await browser.GetAsync("/api/v1/about")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        browser.Headers["Authorization"] = "Bearer ben";
        (await browser.GetAsync("/api/v1/about")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/about"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        // The cookie of the one door is not that of the other.
        using var here = new Browser(api.Url);
        here.Cookies["__Host-towpath"] = "tp_5_secret";
        (await here.GetAsync("/api/v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Tls_InTheClear_IsNotAnswered()
    {
        Write("a");
        await using var api = await StartAsync(Certificate());
        using var browser = new Browser(new Uri($"http://localhost:{_port}"));
        await Should.ThrowAsync<HttpRequestException>(() => browser.GetAsync("/login"));
    }

    [Fact]
    public async Task Certificate_ThatIsRenewed_IsUsedWithoutARestart()
    {
        Write("a");
        await using var api = await StartAsync(Certificate());
        (await SubjectAsync()).ShouldBe("CN=a");

        Write("b");
        (await SubjectAsync()).ShouldBe("CN=a");
        _time.Now += TimeSpan.FromSeconds(5);
        (await SubjectAsync()).ShouldBe("CN=b");

        _folder.Write("cert.pem", "nonsense");
        _time.Now += TimeSpan.FromSeconds(5);
        (await SubjectAsync()).ShouldBe("CN=b");
        _said.Count.ShouldBe(2);
        _said[1].ShouldContain("the one of before stays in use");
        Write("c");
        _time.Now += TimeSpan.FromSeconds(5);
        (await SubjectAsync()).ShouldBe("CN=c");
    }

    [Fact]
    public void Certificate_ThatCantBeUsed_IsToldAtTheStart()
    {
        Should.Throw<DiagnosticException>(Certificate).Diagnostics.Single().Headline.ShouldContain("is not there");
        Write("a");
        _folder.Write("key.pem", RSA.Create(2048).ExportPkcs8PrivateKeyPem());
        var refused = Should.Throw<DiagnosticException>(Certificate);
        (refused.ExitCode, refused.Diagnostics.Single().Code).ShouldBe((ExitCode.InvalidInput, "TP4519"));
        refused.Diagnostics.Single().ToString().ShouldNotContain("-----");
    }

    [Theory]
    [InlineData("127.0.0.1/32", "https", HttpStatusCode.OK)]
    [InlineData("127.0.0.1/32", "http", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1/32", null, HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.0.0.0/8", "https", HttpStatusCode.MisdirectedRequest)]
    public async Task Proxy_OnlyTheOneThatIsNamed_IsBelieved(string proxy, string? scheme, HttpStatusCode expected)
    {
        await using var api = await StartAsync(null, IPNetwork.Parse(proxy));
        using var browser = new Browser(new Uri($"http://127.0.0.1:{_port}")) { Origin = "https://localhost" };
        browser.Headers["Host"] = $"localhost:{_port}";
        browser.Headers["X-Forwarded-For"] = "127.0.0.1";
        if (scheme is not null) browser.Headers["X-Forwarded-Proto"] = scheme;
        (await browser.GetAsync("/login")).StatusCode.ShouldBe(expected);
        if (expected == HttpStatusCode.OK) browser.LastSet.ShouldHaveSingleItem().ShouldStartWith("__Host-towpath-form=");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private CertificateFile Certificate() => new(_folder["cert.pem"], _folder["key.pem"], _time, _said.Add);

    private async Task<RunningApi> StartAsync(CertificateFile? certificate, params IPNetwork[] proxies) => await RunningApi.StartAsync(change: options => options with
    {
        Door = new FrontDoor(new Uri($"https://localhost:{_port}/"), [.. proxies]),
        Outer = new OuterPort([IPAddress.Loopback], _port, certificate),
    });

    private Browser Browser() => new(new Uri($"https://localhost:{_port}"), Handler(_ => { }));

    private static SocketsHttpHandler Handler(Action<string> subject) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                subject(certificate!.Subject);
                return certificate.Subject is "CN=a" or "CN=b" or "CN=c";
            },
        },
    };

    private async Task<string> SubjectAsync()
    {
        var subject = "";
        using var browser = new Browser(new Uri($"https://localhost:{_port}"), Handler(s => subject = s));
        await browser.GetAsync("/login");
        return subject;
    }

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(_time.Now.AddYears(-1), _time.Now.AddYears(5));
        _folder.Write("cert.pem", certificate.ExportCertificatePem());
        _folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }
}
