using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>A certificate and its key in files. Whoever renews them writes new files; connections after that get the new certificate. One that can't be read leaves the one of before in use.</summary>
public sealed class CertificateFile
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    private readonly string _certificate;
    private readonly string _key;
    private readonly TimeProvider _time;
    private readonly Action<string> _say;
    private readonly Lock _turn = new();
    private SslStreamCertificateContext _context;
    private (DateTime, DateTime) _written;
    private DateTimeOffset _lookedAt;

    /// <summary>Reads it for the first time.</summary>
    /// <param name="certificate">Path of the certificate and those between it and its root, PEM.</param>
    /// <param name="key">Path of its private key, PEM.</param>
    /// <param name="time">The clock.</param>
    /// <param name="say">Is told what becomes of later files.</param>
    /// <exception cref="DiagnosticException">TP4519: it can't be used.</exception>
    public CertificateFile(string certificate, string key, TimeProvider time, Action<string> say)
    {
        (_certificate, _key, _time, _say) = (certificate, key, time, say);
        _written = Written();
        _lookedAt = time.GetUtcNow();
        _context = Read();
    }

    /// <summary>The certificate of now.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_turn)
        {
            var now = _time.GetUtcNow();
            if (now - _lookedAt < LookAgain) return _context;
            _lookedAt = now;
            var written = Written();
            if (written == _written) return _context;
            try
            {
                _context = Read();
                _say($"the certificate in {_certificate} was read again");
            }
            catch (DiagnosticException failed)
            {
                _say($"{failed.Diagnostics[0].Headline}; the one of before stays in use");
            }

            // Whoever is in the middle of writing changes the time once more.
            _written = written;
            return _context;
        }
    }

    private SslStreamCertificateContext Read()
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(_certificate, _key);
            // Through PKCS 12: a key straight from PEM is not usable for TLS on every system.
            var leaf = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificate);
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable("it or its key is not there");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable("it or its key can't be opened");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Unusable("it is no certificate in PEM, or the key is not its own");
        }
    }

    private DiagnosticException Unusable(string problem) => new(ExitCode.InvalidInput, ConfigurationDiagnostics.BadCertificate(_certificate, problem));

    private (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));
}
