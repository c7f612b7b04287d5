using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Checks;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Users;

/// <summary>What a pipeline remembers of the images that it made: size, user and signature, right or wrong.</summary>
internal sealed class ImageDelivery(ApplicationOptions options, SimulationScene scene, Random random)
{
    private static readonly string[] Users = ["1000", "app", "app:root", "1000:0"];
    private static readonly string?[] RootUsers = ["", "root", "0", "root:app", null];

    // An image is what it is, in whichever release it comes.
    private readonly Dictionary<string, (long Bytes, string? User)> _made = new(StringComparer.Ordinal);

    /// <summary>Nothing is wrong with an image that was made before.</summary>
    public bool IsGood(string digest) => _made[digest] is { Bytes: <= GateDraw.MostBytes, User: { } user } && Users.Contains(user);

    /// <summary>An image is made.</summary>
    public void Make(string digest, bool mustBeGood) =>
        _made[digest] = (IsBad(mustBeGood) ? GateDraw.MostBytes + 1 : random.Next(1, (int)GateDraw.MostBytes + 1), IsBad(mustBeGood) ? RootUsers[random.Next(RootUsers.Length)] : Users[random.Next(Users.Length)]);

    /// <summary>The pipeline looks at the images of a release and signs them, as the real one does.</summary>
    public void Keep(Release release, bool mustBeGood)
    {
        foreach (var (service, image) in release.Images)
        {
            // Releases of a time before there were image gates have nothing kept.
            if (IsBad(mustBeGood) && random.Next(2) == 0) continue;
            var (bytes, user) = _made[image.Digest];
            int? key = IsBad(mustBeGood) ? null : scene.Ledger.Papers.Key;
            var signer = key is { } number ? SigningKeys.Signer(number) : null;
            var isThere = !IsBad(mustBeGood);
            new ReleaseImages(scene.Store, signer).Keep(release, service, isThere ? new ImageDetails(image.Digest, [], new Dictionary<string, string>(), bytes) { User = user } : null);
            scene.Ledger.Images[(options.Name, release.Id, service)] = isThere ? new KeptImage(true, bytes, user, key) : new KeptImage(false, null, null, key);
        }
    }

    private bool IsBad(bool mustBeGood) => !mustBeGood && random.NextDouble() < options.BadImages;
}
