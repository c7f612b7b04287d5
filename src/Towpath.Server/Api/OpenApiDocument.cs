using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Towpath.Server.Api.Pages;

namespace Towpath.Server.Api;

/// <summary>The API's own description, OpenAPI 3.1. It is made from the routes as they are; a copy stands in <c>docs/api</c>, and a test compares the two.</summary>
internal static class OpenApiDocument
{
    /// <summary>Where it is asked for.</summary>
    public const string Path = Routes.Root + "/openapi.json";

    private const string Scheme = "token";

    /// <summary>Adds what makes it.</summary>
    public static void AddDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Complete(document);
            return Task.CompletedTask;
        });
    });

    /// <summary>Adds its route.</summary>
    public static void MapDescription(this IEndpointRouteBuilder app) => app.MapOpenApi(Path);

    private static void Complete(Microsoft.OpenApi.OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Towpath",
            Version = "1",
            Description = "The API of a Towpath control plane. Errors are problems of RFC 9457 with the codes that `towpath explain` tells of.",
        };

        // The port is the installation's: paths are relative to wherever the document came from.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The owner's token, a token of an account, or one from `POST /api/v1/sessions`." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        foreach (var schema in document.Components.Schemas?.Values.OfType<OpenApiSchema>() ?? []) LeaveNullsOut(schema);
        // What is asked without.
        foreach (var open in new[] { AccountRoutes.Sessions, BrowserSessionRoutes.Session })
            if (document.Paths[Routes.Root + open].Operations?.GetValueOrDefault(HttpMethod.Post) is { } login) login.Security = [];
    }

    /// <summary>What is null is left out of answers (<see cref="ApiJson"/>), and may be left out of requests.</summary>
    private static void LeaveNullsOut(OpenApiSchema schema)
    {
        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))
            if (IsNull(property) || property.OneOf?.Any(IsNull) == true) schema.Required?.Remove(name);
    }

    private static bool IsNull(IOpenApiSchema schema) => schema.Type?.HasFlag(JsonSchemaType.Null) == true;
}
