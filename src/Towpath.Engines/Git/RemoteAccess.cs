using System.Text;

namespace Towpath.Engines.Git;

/// <summary>
/// How git reaches a repository elsewhere. The login goes to it as configuration in its environment, which only the same user can read: not in arguments, not in the
/// address. Redirects are not followed, so that it goes nowhere else. Nobody is asked anything, and an unknown host is refused.
/// </summary>
/// <param name="Url">Where it is, without any login.</param>
/// <param name="User">Login name; null for the usual one.</param>
/// <param name="Password">Password or token; null for none.</param>
public sealed record RemoteAccess(string Url, string? User, Func<string>? Password)
{
    /// <summary>Arguments that stand before a subcommand.</summary>
    internal string[] Settings =>
    [
        // Of the protocols, the one of the address alone.
        "-c", $"protocol.{new Uri(Url).Scheme}.allow=always",
        "-c", "transfer.fsckObjects=true",
        "-c", "http.followRedirects=false",
        "-c", "core.askPass=",
        "-c", "credential.helper=",
        "-c", "gc.autoDetach=false",
    ];

    /// <summary>Variables of a call.</summary>
    internal Dictionary<string, string> Variables()
    {
        // The text is ours alone.
        var variables = new Dictionary<string, string> { ["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=20" };
        if (Password is not { } password) return variables;
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User ?? "git"}:{password()}"));
        variables["GIT_CONFIG_COUNT"] = "1";
        variables["GIT_CONFIG_KEY_0"] = "http.extraHeader";
        variables["GIT_CONFIG_VALUE_0"] = $"Authorization: Basic {login}";
        return variables;
    }
}
