using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>The two halves of the token: clear for the user, hashed for the control plane.</summary>
internal static class TokenFiles
{
    /// <summary>Makes the token where there is none and tells the control plane's side its hash.</summary>
    /// <returns>The hash.</returns>
    public static string Ensure(Paths paths)
    {
        var clear = Read(paths);
        if (clear is null)
        {
            clear = ApiToken.Create();
            Paths.WritePrivate(paths.Token, clear + "\n");
        }

        var hash = ApiToken.Hash(clear);
        Paths.WritePrivate(paths.TokenHash, hash + "\n");
        return hash;
    }

    /// <summary>The clear token, or null.</summary>
    public static string? Read(Paths paths) =>
        File.Exists(paths.Token) && File.ReadAllText(paths.Token).Trim() is { Length: > 0 } token ? token : null;
}
