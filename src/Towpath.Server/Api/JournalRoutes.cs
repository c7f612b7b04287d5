using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Server.Api;

/// <summary>The routes of the journal: as pages, as events, and as evidence.</summary>
internal static class JournalRoutes
{
    private const string Tag = "Journal";
    private const string LastEventId = "Last-Event-ID";

    /// <summary>Adds them.</summary>
    public static void MapJournal(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/journal", (string? application, long? after, string? cursor, int? limit, IControlPlane plane, CancellationToken ct) =>
                PageAsync(plane, application, after ?? 0, new PageRequest(cursor, limit), ct))
            .Described("listFacts", Tag, "Lists facts after a sequence, oldest first");
        v1.MapGet("/events", Events)
            .Described("followFacts", Tag, "Streams facts as server-sent events: `id` is the sequence, `event` is `fact`, `data` the fact; goes on after the header Last-Event-ID, else after `after`, else from now on")
            .Streams<Fact>(EventStream.MediaType);
        v1.MapGet("/audit", (string? seal, IControlPlane plane, CancellationToken ct) => plane.AuditAsync(seal, ct))
            .Described("auditJournal", Tag, "Looks through the whole journal for facts that are not what was written");
    }

    private static async Task<Page<Fact>> PageAsync(IControlPlane plane, string? application, long after, PageRequest page, CancellationToken cancellationToken)
    {
        var facts = new List<Fact>();
        await foreach (var fact in plane.JournalAsync(application, Math.Max(0, page.Number ?? after), follow: false, cancellationToken))
        {
            facts.Add(fact);
            if (facts.Count > page.Size) break;
        }

        return Page<Fact>.Of(facts, page.Size, fact => fact.Sequence.ToString(CultureInfo.InvariantCulture), fact => fact);
    }

    private static Task Events(HttpContext context, [FromServices] IControlPlane plane, [FromServices] EventStream stream, string? application, long? after) =>
        stream.SendAsync(context, ct => plane.JournalAsync(application, Last(context) ?? after ?? -1, follow: true, ct));

    private static long? Last(HttpContext context) => context.Request.Headers[LastEventId].ToString() switch
    {
        "" => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) => sequence,
        _ => throw new DiagnosticException(ExitCode.Usage, ApiDiagnostics.Malformed($"{LastEventId} must be the `id` of an event")),
    };
}
