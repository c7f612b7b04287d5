using System.Security.Cryptography;
using System.Text;

namespace Towpath.Simulation.Users;

/// <summary>A key with which a pipeline elsewhere signs what it says; real ones, made anew in each process.</summary>
internal sealed class EvidenceKey
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Lock _turn = new();

    private EvidenceKey() => Pem = _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>One that applications may register.</summary>
    public static EvidenceKey Runner { get; } = new();

    /// <summary>One that nobody registers.</summary>
    public static EvidenceKey Stranger { get; } = new();

    /// <summary>The public key.</summary>
    public string Pem { get; }

    /// <summary>Signs a text, in base64.</summary>
    public string Sign(string content)
    {
        lock (_turn) return Convert.ToBase64String(_key.SignData(Encoding.UTF8.GetBytes(content), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }
}
