using Towpath.Core.Configuration;
using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>From what <c>server.yaml</c> says about <c>url</c> and <c>listen</c> to how the API listens.</summary>
internal static class Listening
{
    /// <summary>What the host is to do. A certificate is read here for the first time.</summary>
    /// <exception cref="Towpath.Core.Diagnostics.DiagnosticException">TP4519: the certificate can't be used.</exception>
    public static HostOptions Options(Invocation invocation, ServerConfiguration configuration, int port, string hash) => new(port, hash)
    {
        Door = new FrontDoor(configuration.Url, configuration.Listen?.Proxies ?? []),
        Outer = configuration.Listen is { } listen ? new OuterPort(listen.Addresses, listen.Port, Certificate(invocation, listen.Tls)) : null,
    };

    /// <summary>The link in words; <paramref name="here"/> is where the control plane answers on this machine.</summary>
    public static string Link(FirstLinkAnswer link, string here) => $"{link.Url ?? here.TrimEnd('/') + "/"}first?code={link.Code}";

    private static CertificateFile? Certificate(Invocation invocation, CertificatePaths? paths) => paths is null
        ? null
        : new CertificateFile(invocation.Configuration.PathOf(paths.Certificate), invocation.Configuration.PathOf(paths.Key), invocation.Surroundings.Time, invocation.Terminal.Say);
}
