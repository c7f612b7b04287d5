using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Towpath.Server.Api;

/// <summary>What the API's description says of a route. A test fails where a route says nothing.</summary>
internal static class Descriptions
{
    private static readonly int[] Always =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound,
        StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable, StatusCodes.Status504GatewayTimeout,
    ];

    private static readonly int[] WithBody =
        [StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity];

    /// <summary>Describes a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="operation">Name of the operation, unique in the API; never changed, since generated clients are named by it.</param>
    /// <param name="tag">Subject that it is sorted under.</param>
    /// <param name="summary">What it does, a sentence without a full stop.</param>
    public static RouteHandlerBuilder Described(this RouteHandlerBuilder route, string operation, string tag, string summary)
    {
        route.WithName(operation).WithTags(tag).WithSummary(summary);
        foreach (var status in Always) route.WithMetadata(Problem(status));
        route.Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IAcceptsMetadata>().Any())
                foreach (var status in WithBody) endpoint.Metadata.Add(Problem(status));
        });
        return route;
    }

    /// <summary>It answers with a stream that only ends with its reader or the server: no time-out, no place among ordinary requests.</summary>
    public static void Streams<T>(this RouteHandlerBuilder route, string mediaType)
    {
        route.Produces<T>(StatusCodes.Status200OK, mediaType).WithMetadata(Stream.Mark);
        route.DisableRequestTimeout();
    }

    /// <summary>Whether what was asked for is a stream.</summary>
    public static bool IsStream(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Stream>() is not null;

    private static ProducesResponseTypeMetadata Problem(int status) => new(status, typeof(ProblemAnswer), [ApiJson.ProblemMediaType]);

    private sealed class Stream
    {
        public static Stream Mark { get; } = new();
    }
}
