using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;
using Towpath.Engines.Registries;

namespace Towpath.Tests.Engines.Registries;

/// <summary>A registry with a certificate that nobody vouches for.</summary>
public sealed class RegistryTlsTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private X509Certificate2 _certificate = null!;
    private RegistryRepository _repository = null!;
    private int _answered;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=registry.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        _app = builder.Build();
        _app.Run(async context =>
        {
            Interlocked.Increment(ref _answered);
            await context.Response.WriteAsync(FakeRegistry.ManifestOf("sha256:" + new string('c', 64)));
        });
        await _app.StartAsync(Cancel);
        _repository = new RegistryRepository(new Uri(_app.Urls.First()).Authority, "shop/api");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task Find_MarkedAsInsecure_TakesAnyCertificate()
    {
        using var client = new RegistryClient(_repository, new RegistryAccess(IsInsecure: true));

        (await client.FindAsync("1", Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Send_NotMarked_TakesNoUnknownCertificate()
    {
        using var http = new RegistryHttp(_repository, new RegistryAccess(), null);

        var failure = await Should.ThrowAsync<DiagnosticException>(
            () => http.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"https://{_repository.Host}/v2/"), 1000, Cancel));

        failure.Diagnostics[0].Code.ShouldBe("TP6385");
        _answered.ShouldBe(0);
    }
}
