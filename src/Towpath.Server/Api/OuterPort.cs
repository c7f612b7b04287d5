using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Towpath.Server.Api;

/// <summary>Where the API listens beside its loopback port.</summary>
/// <param name="Addresses">Addresses of this machine.</param>
/// <param name="Port">Port on each.</param>
/// <param name="Certificate">Whose key ends TLS here; null where a proxy does.</param>
public sealed record OuterPort(ImmutableArray<IPAddress> Addresses, int Port, CertificateFile? Certificate)
{
    /// <summary>Marks connections that came in here.</summary>
    internal sealed class Mark;

    /// <summary>Tells the server about it.</summary>
    internal void Open(KestrelServerOptions kestrel)
    {
        foreach (var address in Addresses) kestrel.Listen(address, Port, Open);
    }

    private void Open(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(new Mark());
            return next(connection);
        });
        if (Certificate is not { } certificate) return;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current(),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        });
    }
}
