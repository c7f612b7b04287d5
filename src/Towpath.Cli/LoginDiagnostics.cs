using Towpath.Core.Diagnostics;

namespace Towpath.Cli;

/// <summary>What the command line refuses about logins: TP4417 to TP4419, and TP4431.</summary>
internal static class LoginDiagnostics
{
    /// <summary>TP4417: a control plane is named, and there is no token for it.</summary>
    public static Diagnostic NoToken(string url) => Error(
        "TP4417", $"there is no token for {url}", ["the token of this machine's owner, and one of a login elsewhere, are not sent to it"],
        $"run `towpath login --url {url} --as NAME`, or set TOWPATH_TOKEN");

    /// <summary>TP4418: a token must not be sent there.</summary>
    public static Diagnostic UnsafeUrl(string url, string why) => Error(
        "TP4418", $"no token is sent to {url}", [why], "use https, or a tunnel that ends at http://127.0.0.1:PORT on this machine");

    /// <summary>TP4419: no password came.</summary>
    public static Diagnostic NoPassword() => Error(
        "TP4419", "no password came on standard input", [], "type it where you are asked, or pipe it in: it is never an argument, which other users could see");

    /// <summary>TP4431: the browser let nobody in.</summary>
    public static Diagnostic NobodyLetIn(string why) => Error(
        "TP4431", "nobody was logged in by the browser", [why], "run `towpath login --browser` again; on a machine without a browser `towpath login --as NAME` takes a password, and TOWPATH_TOKEN a token");

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
