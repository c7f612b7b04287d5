using System.Collections.Immutable;
using System.Net;

namespace Towpath.Core.Configuration;

/// <summary>Where the API answers beside its loopback port, and what keeps others on the way from reading it: exactly one of the two is set.</summary>
/// <param name="Addresses">Addresses of this machine; at least one.</param>
/// <param name="Port">TCP port on each of them.</param>
/// <param name="Tls">Certificate and key, where Towpath itself ends TLS.</param>
/// <param name="Proxies">Who may connect, where a proxy ends TLS; empty for none.</param>
public sealed record ListenPolicy(ImmutableArray<IPAddress> Addresses, int Port, CertificatePaths? Tls, ImmutableArray<IPNetwork> Proxies)
{
    /// <summary>The port where the file says none.</summary>
    public const int DefaultPort = 7443;
}

/// <summary>Files of a certificate, PEM.</summary>
/// <param name="Certificate">The certificate, and those between it and its root.</param>
/// <param name="Key">Its private key, without a password.</param>
public sealed record CertificatePaths(string Certificate, string Key);
