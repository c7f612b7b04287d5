using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>What the images of releases were when their pipeline made them, signed; gates judge by it without asking the engine.</summary>
/// <param name="store">Keeps it.</param>
/// <param name="signer">Signs and verifies; null where nothing is signed, and no signature counts.</param>
public sealed partial class ReleaseImages(IStore store, ImageSigner? signer)
{
    private const string Prefix = "image:";

    // It belongs to the application, in whichever environment it runs.
    private const string Everywhere = "";

    /// <summary>Remembers an image of a release as the engine has it now.</summary>
    /// <param name="release">The release.</param>
    /// <param name="service">Which of its images.</param>
    /// <param name="found">What the engine has under the release's digest; null for nothing.</param>
    public void Keep(Release release, string service, ImageDetails? found)
    {
        var digest = release.Images[service].Digest;
        var seen = new Seen(found?.Id == digest, found?.Size, found?.User, signer?.Sign(release, service));
        store.SetValue(release.Application.Name, Everywhere, Prefix + release.Id + "/" + service, JsonSerializer.Serialize(seen, SeenJson.Default.Seen));
    }

    /// <summary>What is known of a release's images, in the order of its services.</summary>
    public ImmutableArray<ImageEvidence> Of(Release release) => [.. release.Images.Keys.Select(service => Of(release, service))];

    private ImageEvidence Of(Release release, string service)
    {
        var seen = store.Value(release.Application.Name, Everywhere, Prefix + release.Id + "/" + service) is { } text
            ? JsonSerializer.Deserialize(text, SeenJson.Default.Seen)
            : null;
        return new ImageEvidence(
            service, seen?.IsThere, seen?.Bytes, seen?.User, seen?.Signature is { } signature && signer is not null && signer.Verify(release, service, signature));
    }

    private sealed record Seen(bool IsThere, long? Bytes, string? User, string? Signature);

    [JsonSerializable(typeof(Seen))]
    private sealed partial class SeenJson : JsonSerializerContext;
}
