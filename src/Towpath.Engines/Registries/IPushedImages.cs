namespace Towpath.Engines.Registries;

/// <summary>Remembers which manifest a repository has for an image. What is forgotten is asked again, so it may be lost.</summary>
public interface IPushedImages
{
    /// <summary>Digest of the manifest, or null.</summary>
    /// <param name="repository">Registry and path.</param>
    /// <param name="configDigest">The image's identifier.</param>
    string? Find(string repository, string configDigest);

    /// <summary>Remembers it; another one that was remembered for the image is forgotten.</summary>
    /// <param name="repository">Registry and path.</param>
    /// <param name="configDigest">The image's identifier.</param>
    /// <param name="manifestDigest">Digest of the manifest.</param>
    void Remember(string repository, string configDigest, string manifestDigest);
}
