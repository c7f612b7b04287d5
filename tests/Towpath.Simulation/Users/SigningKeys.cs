using Towpath.Server.Reconcilers;

namespace Towpath.Simulation.Users;

/// <summary>The keys that the control planes of all simulations sign with, one at a time: real ones, made anew in each process.</summary>
internal static class SigningKeys
{
    /// <summary>How many there are.</summary>
    public const int Count = 3;

    private static readonly Lazy<ImageSigner>[] Made = [.. Enumerable.Range(0, Count).Select(_ => new Lazy<ImageSigner>(Make))];

    /// <summary>Signs with one of them, and verifies.</summary>
    public static ImageSigner Signer(int number) => Made[number].Value;

    private static ImageSigner Make()
    {
        var folder = Directory.CreateTempSubdirectory("towpath-simulation-");
        try
        {
            return ImageSigner.Open(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
