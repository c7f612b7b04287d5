using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi.Changes;

/// <summary>TP24xx, second part: changes of an API that break the clients of the release before. One code per effect.</summary>
public static class ApiChangeDiagnostics
{
    /// <summary>What the changes from one release to the next mean; nothing for those that break nobody.</summary>
    /// <param name="changes">All of them.</param>
    /// <param name="before">What they are compared with, such as <c>release r-1234</c>.</param>
    /// <param name="announced">The major version was raised: clients were told.</param>
    public static ImmutableArray<Diagnostic> Of(ImmutableArray<ApiChange> changes, string before, bool announced) =>
        [.. changes.Where(c => c.Breaks).Select(c => Of(c, before)).Select(d => announced ? d with { Severity = Severity.Note, Help = null } : d)];

    private static Diagnostic Of(ApiChange change, string before)
    {
        var label = change.InOld ? $"in {before}" : change.Name;
        return change.Effect switch
        {
            ApiEffect.OperationGone => OperationGone(change.Location, change.Text, label),
            ApiEffect.RequestNeedsMore => RequestNeedsMore(change.Location, change.Text, label),
            ApiEffect.RequestTakesLess => RequestTakesLess(change.Location, change.Text, label),
            ApiEffect.ResponseSaysLess => ResponseSaysLess(change.Location, change.Text, label),
            ApiEffect.ResponseSaysOther => ResponseSaysOther(change.Location, change.Text, label),
            _ => AccessCloses(change.Location, change.Text, label),
        };
    }

    /// <summary>An operation was removed.</summary>
    public static Diagnostic OperationGone(Location place, string text, string label) => Breaking(
        "TP2450", place, text, label, "whoever calls it gets 404 or 405 from this release on", "keep it, marked `deprecated: true`, until no client calls it");

    /// <summary>Requests must carry more.</summary>
    public static Diagnostic RequestNeedsMore(Location place, string text, string label) => Breaking(
        "TP2451", place, text, label, "requests that were complete are refused from this release on", "make it optional, with a value that is taken where none is given");

    /// <summary>Requests may carry less.</summary>
    public static Diagnostic RequestTakesLess(Location place, string text, string label) => Breaking(
        "TP2452", place, text, label, "requests that were right are refused, or lose a part, from this release on", "go on taking what was taken, beside the new form");

    /// <summary>Answers lack something.</summary>
    public static Diagnostic ResponseSaysLess(Location place, string text, string label) => Breaking(
        "TP2453", place, text, label, "whoever reads it finds nothing from this release on", "go on answering it beside what is new");

    /// <summary>Answers are something that clients don't know.</summary>
    public static Diagnostic ResponseSaysOther(Location place, string text, string label) => Breaking(
        "TP2454", place, text, label, "clients meet values that they were never told of", "add a property for the new form, and leave the old one as it was");

    /// <summary>Clients are not let in.</summary>
    public static Diagnostic AccessCloses(Location place, string text, string label) => Breaking(
        "TP2455", place, text, label, "whoever comes as before gets 401 or 403 from this release on", "let both ways in until all clients use the new one");

    /// <summary>A service had a description and has none any more.</summary>
    public static Diagnostic DescriptionGone(Location place, string service, string before) => new(
        "TP2456",
        Severity.Warning,
        $"`{service}` has no API description any more",
        place,
        $"had one in {before}",
        Notes: ["nobody can tell whether this release breaks its clients"],
        Help: "name it again under `x-towpath.api`");

    private static Diagnostic Breaking(string code, Location place, string text, string label, string why, string help) => new(
        code, Severity.Warning, text, place, label, Notes: [why], Help: help + "; or raise the major version in `info.version`");
}
