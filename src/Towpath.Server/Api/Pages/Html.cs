using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api.Pages;

/// <summary>Pages without a script. What is put into one is escaped here, and browsers are told to load and run nothing.</summary>
internal static class Html
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem;color:#1c2733}"
        + "label,button,a.button{display:block;width:100%;box-sizing:border-box;margin-top:1rem}"
        + "input,button,a.button{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;border:1px solid #8794a3;border-radius:4px}"
        + "button,a.button{background:#14532d;color:#fff;text-align:center;text-decoration:none}"
        + "p.bad{background:#fde8e8;padding:.75rem;border-radius:4px}";

    // The hash lets this one style pass and no other. "same-origin" and not "no-referrer": with that, browsers send no origin with a form.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Any text as text.</summary>
    public static string Text(string text) => HtmlEncoder.Default.Encode(text);

    /// <summary>A hidden field.</summary>
    public static string Hidden(string name, string value) => $"<input type=\"hidden\" name=\"{Text(name)}\" value=\"{Text(value)}\">";

    /// <summary>A field with its label.</summary>
    public static string Field(string label, string name, string type, string autocomplete, string value = "") =>
        $"<label>{Text(label)}<input name=\"{Text(name)}\" type=\"{Text(type)}\" autocomplete=\"{Text(autocomplete)}\" value=\"{Text(value)}\" required></label>";

    /// <summary>What went wrong.</summary>
    public static string Problem(DiagnosticException exception)
    {
        var first = exception.Diagnostics[0];
        return $"<p class=\"bad\" role=\"alert\">{Text(first.Headline)} ({Text(first.Code)}). {Text(string.Join(". ", first.Notes))}</p>";
    }

    /// <summary>Sends a page.</summary>
    public static async Task SendAsync(HttpContext context, int status, string title, string body)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = status;
        headers.ContentType = "text/html; charset=utf-8";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        await context.Response.WriteAsync(
            $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(title)}</title><style>{Style}</style></head>"
            + $"<body><h1>{Text(title)}</h1>{body}</body></html>",
            context.RequestAborted);
    }

    /// <summary>Sends the browser on.</summary>
    public static void Send(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        context.Response.Headers.CacheControl = "no-store";
    }
}
