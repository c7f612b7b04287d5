using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Towpath.Server.Api;

/// <summary>What clients of git send as login (RFC 7617): any name, and a token as the password.</summary>
/// <param name="Name">The name, without what a terminal or a log would trip over.</param>
/// <param name="Token">The token.</param>
internal sealed record BasicLogin(string Name, string Token)
{
    private const string Scheme = "Basic ";
    private const int Longest = 1000;
    private const int LongestName = 100;

    /// <summary>What a request holds of it, or null.</summary>
    public static BasicLogin? Of(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization];
        if (header.Count != 1 || header[0] is not { Length: <= Longest } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[Longest];
        if (!Convert.TryFromBase64String(value[Scheme.Length..].Trim(), bytes, out var count)) return null;
        return Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2) is [var name, { Length: > 0 } token] ? new BasicLogin(Cleaned(name), token) : null;
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => Name;

    private static string Cleaned(string name) => string.Concat(name.Take(LongestName).Where(c => c is > ' ' and not ('<' or '>') && !char.IsControl(c)));
}
