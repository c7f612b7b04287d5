using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Towpath.Core.Applications;

namespace Towpath.Core.Releases;

/// <summary>The content hash of a release: equal for equal content, on every machine.</summary>
public static class ReleaseHash
{
    /// <summary>Changes whenever the hashed form does, so that two forms never give one hash.</summary>
    private const string Form = "towpath-release-1";

    /// <summary>SHA-256, lower-case hexadecimal, over commit, application model and image digests.</summary>
    /// <param name="application">The model; it is hashed in its JSON form, whose order is that of the declarations.</param>
    /// <param name="commit">Full object name.</param>
    /// <param name="images">Images by service. Their references are names only and do not count.</param>
    public static string Compute(Application application, string commit, IReadOnlyDictionary<string, ReleaseImage> images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, Encoding.UTF8.GetBytes(Form));
        Add(hash, Encoding.UTF8.GetBytes(commit));
        Add(hash, JsonSerializer.SerializeToUtf8Bytes(application, ReleaseJson.Default.Application));
        foreach (var (service, image) in images.OrderBy(i => i.Key, StringComparer.Ordinal))
        {
            Add(hash, Encoding.UTF8.GetBytes(service));
            Add(hash, Encoding.UTF8.GetBytes(image.Digest));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Each part goes in with its length before it, so that no two lists of parts give the same bytes.</summary>
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}

/// <summary>Makes releases.</summary>
public static class ReleaseBuilder
{
    private const int MaxSubjectLength = 120;

    /// <summary>The release of a commit; its identifier follows from its content.</summary>
    /// <param name="application">The model at that commit.</param>
    /// <param name="commit">Full object name.</param>
    /// <param name="subject">First line of the commit's message; cut at 120 characters.</param>
    /// <param name="images">One image for each service of the application.</param>
    /// <param name="now">When the pipeline finished.</param>
    /// <exception cref="ArgumentException">A service has no image.</exception>
    public static Release Create(
        Application application,
        string commit,
        string subject,
        ImmutableSortedDictionary<string, ReleaseImage> images,
        DateTimeOffset now)
    {
        if (application.Services.FirstOrDefault(s => !images.ContainsKey(s.Name)) is { } without)
            throw new ArgumentException($"service {without.Name} has no image", nameof(images));

        var hash = ReleaseHash.Compute(application, commit, images);
        var cut = subject.Length <= MaxSubjectLength ? subject : subject[..(MaxSubjectLength - 1)] + "…";
        return new Release("r-" + hash[..12], application, commit, cut, images, hash, now);
    }
}
