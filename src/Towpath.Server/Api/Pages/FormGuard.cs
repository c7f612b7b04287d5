using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api.Pages;

/// <summary>Forms count only where a page of ours was sent by the same browser: the browser says the same origin, and the form holds what belongs to a cookie.</summary>
internal static class FormGuard
{
    /// <summary>Name of the hidden field.</summary>
    public const string Field = "csrf";

    private const string Cookie = "towpath-form";
    private const string FormType = "application/x-www-form-urlencoded";
    private const int MostCharacters = 100;
    private static readonly FormOptions Limits = new() { ValueCountLimit = 20, KeyLengthLimit = 100, ValueLengthLimit = 4096 };

    /// <summary>Whether a page at the same door made the request, as its browser says.</summary>
    public static bool IsFrom(HttpRequest request, Door door) => request.Headers.Origin is [{ } origin] && origin.Equals(door.Origin, StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of the hidden field, for the browser that asks; it gets the cookie if it has none.</summary>
    public static string Token(HttpContext context)
    {
        var door = context.Features.GetRequiredFeature<Door>();
        if (Read(context.Request, door) is { } known) return FormToken.Of(known);
        var cookie = ApiToken.Create();
        context.Response.Cookies.Append(SessionCookie.NameAt(door, Cookie), cookie, SessionCookie.Options(door, SameSiteMode.Lax, null));
        return FormToken.Of(cookie);
    }

    /// <summary>Reads a form.</summary>
    /// <exception cref="DiagnosticException">TP4420: another page sent it.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpContext context)
    {
        var door = context.Features.GetRequiredFeature<Door>();
        // The other kind of form may bring files, which would be kept on the disk.
        if (context.Request.ContentType?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) != true || !IsFrom(context.Request, door) || Read(context.Request, door) is not { } cookie) throw Foreign();
        try
        {
            var form = await context.Request.ReadFormAsync(Limits, context.RequestAborted);
            return FormToken.Fits(form[Field], cookie) ? form : throw Foreign();
        }
        catch (InvalidDataException)
        {
            throw Foreign();
        }
    }

    private static string? Read(HttpRequest request, Door door) => request.Cookies[SessionCookie.NameAt(door, Cookie)] is { Length: > 0 and <= MostCharacters } cookie ? cookie : null;

    private static DiagnosticException Foreign() => new(ExitCode.Forbidden, IdentityDiagnostics.ForeignPage());
}
