using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Server.Api;

/// <summary>
/// The page behind a link: it says what is to be confirmed, and asks who confirms it. Without scripts, cookies or anything from elsewhere. The form carries
/// password or token itself, so no other site can send it in somebody's name.
/// </summary>
internal static class ConfirmationPage
{
    /// <summary>Its path; beside the login the only one that is open to those who have no token.</summary>
    public const string Path = "/confirm";

    private const int LongestField = 4096;
    private const string Html = "text/html; charset=utf-8";

    /// <summary>Adds the page and where its form goes.</summary>
    public static void MapConfirmationPage(this IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, IServedControlPlane served) => ShowAsync(context, served)).ExcludeFromDescription();
        app.MapPost(Path, (HttpContext context, IServedControlPlane served, Caller caller, IControlPlane plane) => ConfirmAsync(context, served, caller, plane)).ExcludeFromDescription();
    }

    private static Task ShowAsync(HttpContext context, IServedControlPlane served)
    {
        var text = context.Request.Query["link"].ToString();
        try
        {
            return WriteAsync(context, StatusCodes.Status200OK, Form(served.OpenLink(text), text, null));
        }
        catch (DiagnosticException refused)
        {
            return RefuseAsync(context, refused, null, text);
        }
    }

    private static async Task ConfirmAsync(HttpContext context, IServedControlPlane served, Caller caller, IControlPlane plane)
    {
        if (!context.Request.HasFormContentType) throw new BadHttpRequestException("a form is expected", StatusCodes.Status415UnsupportedMediaType);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var text = form["link"].ToString();
        ConfirmationLink? link = null;
        try
        {
            // First, so that nobody tries passwords at a link that is none.
            link = served.OpenLink(text);
            var answer = await SayYesAsync(new Entry(text, Field(form, "account"), Field(form, "password"), Field(form, "token")), served, caller, plane, context.RequestAborted);
            await WriteAsync(context, StatusCodes.Status200OK, $"<h1>Confirmed</h1><p>{Encode(answer.Release)} for {Encode(answer.Environment)}: {Encode(answer.Text)}</p>");
        }
        catch (DiagnosticException refused)
        {
            await RefuseAsync(context, refused, link, text);
        }
    }

    private static async Task<DeploymentAnswer> SayYesAsync(
        Entry entry, IServedControlPlane served, Caller caller, IControlPlane plane, CancellationToken cancellationToken)
    {
        var session = entry.Token.Length == 0;
        var token = session ? (await served.LoginAsync(new SessionRequest(entry.Account, entry.Password), cancellationToken)).Token : entry.Token;
        var principal = served.Authenticate(token) ?? throw new DiagnosticException(ExitCode.NotSignedIn, ApiDiagnostics.Unauthorised());
        caller.Enter(principal, token);
        try
        {
            return await plane.ConfirmByLinkAsync(new LinkedConfirmRequest(entry.Link, principal.Name), cancellationToken);
        }
        finally
        {
            if (session) await plane.LogoutAsync(CancellationToken.None);
        }
    }

    private static string Field(IFormCollection form, string name) => form[name].ToString() is { Length: <= LongestField } text ? text.Trim() : "";

    private static Task RefuseAsync(HttpContext context, DiagnosticException refused, ConfirmationLink? link, string text)
    {
        var status = Problems.Of(refused, context.TraceIdentifier).Status;
        var told = string.Concat(refused.Diagnostics.Select(d =>
            $"<p><strong>{Encode(d.Code)}: {Encode(d.Headline)}</strong></p>{string.Concat(d.Notes.Select(n => $"<p>{Encode(n)}</p>"))}{(d.Help is { } help ? $"<p>{Encode(help)}</p>" : "")}"));
        return WriteAsync(context, status, link is null ? $"<h1>Not confirmed</h1>{told}" : Form(link, text, told));
    }

    private static string Form(ConfirmationLink link, string text, string? told) =>
        $"""
        <h1>{Encode(link.Application)}: {Encode(link.Release)} for {Encode(link.Environment)}</h1>
        {told}
        <p>You say yes as {Encode(link.Role)}, to exactly this release in this environment, and to what it would run there (<code>{Encode(link.Covers[..Math.Min(12, link.Covers.Length)])}</code>).</p>
        <p>See it first: <code>towpath gates {Encode(link.Environment)} --release {Encode(link.Release)}</code>. The link ends at {Encode(link.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture))} UTC.</p>
        <form method="post" action="{Path[1..]}" autocomplete="off">
        <input type="hidden" name="link" value="{Encode(text)}">
        <p><label>Account <input name="account" maxlength="100"></label></p>
        <p><label>Password <input name="password" type="password" maxlength="256"></label></p>
        <p><label>or a token <input name="token" type="password" maxlength="200"></label></p>
        <p><button>Confirm as {Encode(link.Role)}</button></p>
        </form>
        """;

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.StatusCode = status;
        context.Response.ContentType = Html;
        return context.Response.WriteAsync($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Towpath</title></head><body>\n{body}\n</body></html>\n", context.RequestAborted);
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    private sealed record Entry(string Link, string Account, string Password, string Token);
}
