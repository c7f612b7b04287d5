using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Towpath.Server.Api;

/// <summary>
/// Gives each answer to a GET an entity tag, the hash of its body, and leaves the body out where the caller has it already (RFC 9110, 8.8.3 and 13.1.2). What is answered comes from the store and from
/// the engine, so that no version of one thing tells whether it is another: only the body does. Answers are pages of bounded size, and streams have none.
/// </summary>
internal sealed class EntityTags(RequestDelegate next)
{
    private const int Bytes = 16;

    /// <summary>Runs the rest.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !context.Request.Path.StartsWithSegments(Routes.Root, StringComparison.Ordinal) || context.IsStream())
        {
            await next(context);
            return;
        }

        var body = context.Response.Body;
        await using var answer = new MemoryStream();
        context.Response.Body = answer;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        await AnswerAsync(context, answer);
    }

    private static async Task AnswerAsync(HttpContext context, MemoryStream answer)
    {
        var text = answer.GetBuffer().AsMemory(0, (int)answer.Length);
        if (context.Response.StatusCode == StatusCodes.Status200OK)
        {
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(text.Span).AsSpan(0, Bytes))}\"");
            context.Response.Headers.ETag = tag.ToString();
            // Kept by whoever asked, and asked for again each time: rights may change, too.
            context.Response.Headers.CacheControl = "private, no-cache";
            if (Has(context.Request, tag))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                context.Response.ContentLength = null;
                context.Response.ContentType = null;
                return;
            }
        }

        if (text.Length > 0) await context.Response.Body.WriteAsync(text, context.RequestAborted);
    }

    private static bool Has(HttpRequest request, EntityTagHeaderValue tag) =>
        request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
}
