using Microsoft.AspNetCore.Http;
using Towpath.Core.Identity;

namespace Towpath.Server.Api.Pages;

/// <summary>
/// The session of a browser: its token in a cookie that no script can read. Over https its name begins with <c>__Host-</c>, so that browsers keep neighbours from setting it (RFC 6265bis 4.1.3); on the
/// loopback port there is no https, and no such name.
/// </summary>
internal static class SessionCookie
{
    private const string Name = "towpath";
    private const int MostCharacters = 200;

    /// <summary>Name of a cookie at a door.</summary>
    public static string NameAt(Door door, string name) => door.IsSecure ? "__Host-" + name : name;

    /// <summary>The token, or null.</summary>
    public static string? Read(HttpRequest request, Door door) => request.Cookies[NameAt(door, Name)] is { Length: > 0 and <= MostCharacters } token ? token : null;

    /// <summary>Keeps it until the session ends.</summary>
    public static void Set(HttpResponse response, Door door, NewTokenAnswer session) =>
        response.Cookies.Append(NameAt(door, Name), session.Token, Options(door, SameSiteMode.Lax, session.ExpiresAt));

    /// <summary>Takes it away.</summary>
    public static void Clear(HttpResponse response, Door door) => response.Cookies.Delete(NameAt(door, Name), Options(door, SameSiteMode.Lax, null));

    /// <summary>What all cookies have in common.</summary>
    public static CookieOptions Options(Door door, SameSiteMode sameSite, DateTimeOffset? expires) =>
        new() { Path = "/", HttpOnly = true, Secure = door.IsSecure, SameSite = sameSite, Expires = expires };
}
