using Towpath.Server.Reconcilers;

namespace Towpath.Simulation.Users;

/// <summary>The key that all control planes of all simulations sign with: a real one, made anew in each process.</summary>
internal static class SigningKey
{
    private static readonly Lazy<ImageSigner> Made = new(Make);

    /// <summary>Signs, and verifies.</summary>
    public static ImageSigner Signer => Made.Value;

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
