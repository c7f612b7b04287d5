using System.Text.Json;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>A login, as it is kept in the user's configuration folder, mode 0600.</summary>
/// <param name="Url">Control plane that it is of: its token is sent nowhere else.</param>
/// <param name="Account">Account.</param>
/// <param name="Token">The clear token.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record Session(string Url, string Account, string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>The login of now, or null.</summary>
    public static Session? Read(Paths paths)
    {
        try
        {
            return JsonSerializer.Deserialize<Session>(File.ReadAllText(paths.Session), ApiJson.Options) is { Url: not null, Account: not null, Token: not null } session ? session : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps it.</summary>
    public void Write(Paths paths) => Paths.WritePrivate(paths.Session, JsonSerializer.Serialize(this, ApiJson.Options));

    /// <summary>Without the token, should it ever get into a log.</summary>
    public override string ToString() => $"{Account} at {Url}";
}
