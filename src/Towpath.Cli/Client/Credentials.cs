using System.Net;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Client;

/// <summary>Whose token is used, and where: of an account rather than of the machine's owner.</summary>
/// <param name="Url">Where the control plane answers.</param>
/// <param name="Token">The clear token.</param>
internal sealed record Credentials(string Url, string Token)
{
    /// <summary>Names the token of an account: for CI.</summary>
    public const string TokenVariable = "TOWPATH_TOKEN";

    /// <summary>Names where the control plane answers.</summary>
    public const string UrlVariable = "TOWPATH_URL";

    /// <summary>The variable's token, else that of the login; null for the owner's own.</summary>
    /// <param name="paths">Where the login is kept.</param>
    /// <param name="variable">Environment variables.</param>
    /// <param name="port">Port of this machine's control plane where none runs that wrote itself down.</param>
    /// <exception cref="DiagnosticException">TP4417, TP4418: no token for that place, or no safe way there.</exception>
    public static Credentials? Resolve(Paths paths, Func<string, string?> variable, int port)
    {
        var url = variable(UrlVariable) is { Length: > 0 } set ? Checked(set) : null;
        if (variable(TokenVariable) is { Length: > 0 } token) return new Credentials(url ?? Here(paths, port), token.Trim());
        if (Session.Read(paths) is { } session && (url is null || url == session.Url)) return new Credentials(Checked(session.Url), session.Token);
        return url is null ? null : throw new DiagnosticException(ExitCode.NotSignedIn, LoginDiagnostics.NoToken(url));
    }

    /// <summary>Where this machine's control plane answers, or would.</summary>
    public static string Here(Paths paths, int port) => ServeRecord.ReadLiving(paths)?.Url ?? $"http://127.0.0.1:{port}";

    /// <summary>The address in one form, where a token may be sent to it: encrypted, or not over a network.</summary>
    public static string Checked(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.UserInfo.Length > 0)
            throw new DiagnosticException(ExitCode.Usage, LoginDiagnostics.UnsafeUrl(url, "it is no address of the form http://127.0.0.1:PORT or https://NAME"));
        var local = parsed.Host == "localhost" || (IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        return parsed.Scheme == "https" || local
            ? parsed.GetLeftPart(UriPartial.Authority)
            : throw new DiagnosticException(ExitCode.Usage, LoginDiagnostics.UnsafeUrl(url, "the token would cross a network in the clear"));
    }

    /// <summary>Without the token, should it ever get into a log.</summary>
    public override string ToString() => Url;
}
