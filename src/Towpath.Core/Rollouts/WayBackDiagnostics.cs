using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>Diagnostics of the way back: what leads to it, and what is in its way.</summary>
public static class WayBackDiagnostics
{
    /// <summary>TP5017: the release before can't run any more on what a migration left behind.</summary>
    public static Diagnostic Irreversible(EnvironmentDesired environment, StandingMigration migration, Diagnostic failure) => new(
        "TP5017", Severity.Error,
        $"{environment.Environment.Name} can't go back: the migration of service \"{migration.Run.Service}\"{Whose(environment.Release, migration.Run)} is not reversible",
        PlaceOf(migration), "this migration ran",
        [$"The deployment failed: {failure.Headline}.", .. failure.Notes, "The release before can't run on what the migration left behind, so nothing more is touched."],
        "Mend the cause and ship a release that goes forward. A migration that can be taken back says so with `reversible:`.");

    /// <summary>TP5018: a person took a deployment back that had begun.</summary>
    public static Diagnostic TakenBack(EnvironmentDesired environment, string actor) => new(
        "TP5018", Severity.Error,
        $"{actor} took the deployment of {environment.Release} to {environment.Environment.Name} back",
        Notes: ["It had begun, so what it had done is taken back too."],
        Help: "Promote a release when the environment is to change.");

    /// <summary>TP5019: an earlier release can't come back, because of what a later one did to the data.</summary>
    public static Diagnostic MigrationInTheWay(string environment, string release, StandingMigration migration) => new(
        "TP5019", Severity.Error,
        $"{release} can't come back into {environment}: the migration of service \"{migration.Run.Service}\" of {migration.Run.Release} is not reversible",
        PlaceOf(migration), "this migration ran since",
        [$"{release} was never tried on what it left behind. Nothing was touched."],
        "Ship a release that goes forward. A migration that can be taken back says so with `reversible: COMMAND`.");

    /// <summary>TP5020: a way back that fails in the end, after it had taken back what the release before lives on.</summary>
    public static Diagnostic MigrationMissed(EnvironmentDesired environment, string previous, MigrationRun run, Diagnostic failure) => new(
        "TP5020", Severity.Error,
        $"{environment.Environment.Name} stands between {environment.Release} and {previous}: the migration of service \"{run.Service}\" of {run.Release} was taken back",
        Notes: [$"The deployment failed: {failure.Headline}.", .. failure.Notes, $"{previous} can't run without that migration, so nothing more is touched."],
        Help: $"Mend the cause, then promote {previous} or a newer release: its migration runs again.");

    private static string Whose(string target, MigrationRun run) => run.Release == target ? "" : $" of {run.Release}";

    private static Location? PlaceOf(StandingMigration migration) => migration.Spec?.Delivery.Migrate?.Location ?? migration.Spec?.Location;
}
