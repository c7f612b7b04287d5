using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of escalations.</summary>
internal static class EscalationRoutes
{
    private const string Tag = "Escalations";

    /// <summary>Adds them.</summary>
    public static void MapEscalations(this IEndpointRouteBuilder v1)
    {
        var app = v1.MapGroup("/applications/{application}");
        app.MapGet("/escalations", (string application, string? environment, IControlPlane plane, CancellationToken ct) =>
                plane.EscalationsAsync(application, environment, ct))
            .Described("listEscalations", Tag, "Lists how far blocked deploy requests have climbed, with agenda and dossier");
        app.MapPost("/escalation/raise", (string application, RaiseRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.RaiseAsync(application, request, ct))
            .Described("raiseEscalation", Tag, "Takes the next step for a blocked deploy request");
        app.MapPost("/escalation/outcome", (string application, OutcomeRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.WriteOutcomeAsync(application, request, ct))
            .Described("writeOutcome", Tag, "Writes down what a meeting about a blocked request came to");
        app.MapPost("/escalation/outcome/confirm", (string application, OutcomeConfirmRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.ConfirmOutcomeAsync(application, request, ct))
            .Described("confirmOutcome", Tag, "Confirms for another team what a meeting came to");
    }
}
