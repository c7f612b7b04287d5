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
    /// <summary>Name of the file that says that <see cref="AdoptOnce"/> was done.</summary>
    internal const string AdoptedMark = "signing.adopted";

    private const string Prefix = "image:";
    private const int MostAdopted = 1000;

    // It belongs to the application, in whichever environment it runs.
    private const string Everywhere = "";

    /// <summary>
    /// Nothing enters an environment without a signature, whatever its gates say. Where it is off, signatures count for the gate <c>image</c>
    /// only: the simulator draws worlds without them too.
    /// </summary>
    public bool IsAsked { get; init; }

    /// <summary>
    /// Signs what is there, once for a state folder: releases of a time before signatures were asked everywhere. That it was done stands beside the
    /// key and not in the store, so that nobody who can write to the store can have it done again.
    /// </summary>
    /// <param name="stateFolder">Folder of the key.</param>
    public void AdoptOnce(string stateFolder)
    {
        var mark = Path.Combine(stateFolder, AdoptedMark);
        if (signer is null || File.Exists(mark)) return;
        foreach (var release in store.Applications().SelectMany(a => store.Releases(a.Name, MostAdopted)))
        {
            foreach (var service in release.Images.Keys.Where(service => Read(release, service) is null)) Save(release, service, new Seen(null, null, null, signer.Sign(release, service)));
        }

        File.WriteAllText(mark, "");
    }

    /// <summary>Remembers an image of a release as the engine has it now.</summary>
    /// <param name="release">The release.</param>
    /// <param name="service">Which of its images.</param>
    /// <param name="found">What the engine has under the release's digest; null for nothing.</param>
    public void Keep(Release release, string service, ImageDetails? found)
    {
        var digest = release.Images[service].Digest;
        var seen = new Seen(found?.Id == digest, found?.Size, found?.User, signer?.Sign(release, service));
        Save(release, service, seen);
    }

    /// <summary>What is known of a release's images, in the order of its services.</summary>
    public ImmutableArray<ImageEvidence> Of(Release release) => [.. release.Images.Keys.Select(service => Of(release, service))];

    private ImageEvidence Of(Release release, string service)
    {
        var seen = Read(release, service);
        return new ImageEvidence(
            service, seen?.IsThere, seen?.Bytes, seen?.User, seen?.Signature is { } signature && signer is not null && signer.Verify(release, service, signature));
    }

    private void Save(Release release, string service, Seen seen) =>
        store.SetValue(release.Application.Name, Everywhere, Prefix + release.Id + "/" + service, JsonSerializer.Serialize(seen, SeenJson.Default.Seen));

    private Seen? Read(Release release, string service) => store.Value(release.Application.Name, Everywhere, Prefix + release.Id + "/" + service) is { } text
        ? JsonSerializer.Deserialize(text, SeenJson.Default.Seen)
        : null;

    private sealed record Seen(bool? IsThere, long? Bytes, string? User, string? Signature);

    [JsonSerializable(typeof(Seen))]
    private sealed partial class SeenJson : JsonSerializerContext;
}
