using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>A certificate with its key, RSA or elliptic, and the certificates between it and its authority.</summary>
public sealed class ClientCertificate
{
    private ClientCertificate(SslStreamCertificateContext context) => Context = context;

    /// <summary>For TLS.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset Ends => new(Context.TargetCertificate.NotAfter);

    /// <summary>Reads PEM: certificates, the first of which is the client's own, and its key in PKCS#1, PKCS#8 or SEC 1.</summary>
    /// <param name="certificates">One or more certificates.</param>
    /// <param name="key">The key, without a passphrase.</param>
    /// <param name="problem">What is wrong; free of both texts.</param>
    /// <returns>Null where they can't be used.</returns>
    public static ClientCertificate? Read(string certificates, string key, out string problem)
    {
        problem = "";
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            if (chain.Count == 0)
            {
                problem = "there is no certificate in it";
                return null;
            }

            var own = X509Certificate2.CreateFromPem(certificates, key);
            var between = new X509Certificate2Collection(chain.Skip(1).ToArray());
            return new ClientCertificate(SslStreamCertificateContext.Create(own, between, offline: true));
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            problem = key.Contains("ENCRYPTED", StringComparison.Ordinal) ? "the key has a passphrase" : "certificate and key are no PEM, or do not belong together";
            return null;
        }
    }

    /// <summary>Reads the certificates of authorities; null where there is none.</summary>
    public static X509Certificate2Collection? Authorities(string pem)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(pem);
            return authorities.Count > 0 ? authorities : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
