using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Releases;

namespace Towpath.Server.Reconcilers;

/// <summary>Signs the images of releases with the control plane's own key, ECDSA over P-256, and verifies what it signed.</summary>
public sealed class ImageSigner : IDisposable
{
    /// <summary>Name of the key's file in the state folder.</summary>
    internal const string FileName = "signing.key";

    private readonly ECDsa _key;
    private readonly Lock _turn = new();

    private ImageSigner(ECDsa key) => _key = key;

    /// <summary>With the key of a state folder; it is made at the first time, readable by its owner only.</summary>
    /// <exception cref="CryptographicException">The file holds no key.</exception>
    /// <exception cref="IOException">It can't be read or written.</exception>
    public static ImageSigner Open(string stateFolder)
    {
        var path = Path.Combine(stateFolder, FileName);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(path))
        {
            key.ImportFromPem(File.ReadAllText(path));
            return new ImageSigner(key);
        }

        // Written beside and then moved, so that one that is killed meanwhile leaves no half a key.
        var fresh = path + ".new";
        File.Delete(fresh);
        using (var stream = new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
            stream.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        File.Move(fresh, path);
        return new ImageSigner(key);
    }

    /// <summary>SHA-256 of the public key (its SubjectPublicKeyInfo), in hexadecimal: says which key signed, to whoever has it.</summary>
    public string KeyId
    {
        get { lock (_turn) return Convert.ToHexStringLower(SHA256.HashData(_key.ExportSubjectPublicKeyInfo())); }
    }

    /// <summary>The public key in PEM.</summary>
    public string PublicKey
    {
        get { lock (_turn) return _key.ExportSubjectPublicKeyInfoPem(); }
    }

    /// <summary>Signature of bytes: ECDSA over SHA-256, in DER as others expect it.</summary>
    public byte[] Sign(byte[] content)
    {
        lock (_turn) return _key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Whether <see cref="Sign(byte[])"/> of this key made it.</summary>
    public bool Verify(byte[] content, byte[] signature)
    {
        lock (_turn) return _key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Signature of one image of a release, in base64. It is of no use for another release, service or application.</summary>
    public string Sign(Release release, string service)
    {
        lock (_turn) return Convert.ToBase64String(_key.SignData(Statement(release, service), HashAlgorithmName.SHA256));
    }

    /// <summary>Whether a signature is this key's, for that image of that release.</summary>
    public bool Verify(Release release, string service, string signature)
    {
        var bytes = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, bytes, out var length)) return false;
        lock (_turn) return _key.VerifyData(Statement(release, service), bytes.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    /// <summary>A key of its own for another purpose, 32 bytes (HKDF, RFC 5869): the same as long as the control plane's key is.</summary>
    public byte[] Derive(string purpose)
    {
        lock (_turn) return HKDF.DeriveKey(HashAlgorithmName.SHA256, _key.ExportParameters(true).D!, 32, info: Encoding.UTF8.GetBytes(purpose));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    // None of these can hold a line break.
    private static byte[] Statement(Release release, string service) =>
        Encoding.UTF8.GetBytes($"towpath image\n{release.Application.Name}\n{release.Id}\n{service}\n{release.Images[service].Digest}\n");
}
