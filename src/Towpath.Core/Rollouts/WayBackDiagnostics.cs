using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>Diagnostics of the way back: what leads to it, and what is in its way.</summary>
public static class WayBackDiagnostics
{
    /// <summary>TP5017: the release before can't run any more on what a migration left behind.</summary>
    public static Diagnostic Irreversible(EnvironmentDesired environment, ServiceDesired service, Diagnostic failure) => new(
        "TP5017", Severity.Error,
        $"{environment.Environment.Name} can't go back: the migration of service \"{service.Name}\" is not reversible",
        service.Spec.Delivery.Migrate?.Location ?? service.Spec.Location, "this migration ran",
        [$"The deployment failed: {failure.Headline}.", .. failure.Notes, "The release before can't run on what the migration left behind, so nothing more is touched."],
        "Mend the cause and ship a release that goes forward. A migration that can be taken back says so with `reversible:`.");

    /// <summary>TP5018: a person took a deployment back that had begun.</summary>
    public static Diagnostic TakenBack(EnvironmentDesired environment, string actor) => new(
        "TP5018", Severity.Error,
        $"{actor} took the deployment of {environment.Release} to {environment.Environment.Name} back",
        Notes: ["It had begun, so what it had done is taken back too."],
        Help: "Promote a release when the environment is to change.");
}
