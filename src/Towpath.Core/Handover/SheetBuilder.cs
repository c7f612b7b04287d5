using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Handover;

/// <summary>Puts the sheet of an application together.</summary>
public static class SheetBuilder
{
    private const string LadderFile = "towpath.yaml";

    /// <summary>The sheet.</summary>
    /// <param name="application">The model.</param>
    /// <param name="diagnostics">What is still wrong with it or missing.</param>
    public static HandoverSheet Build(Application application, IEnumerable<Diagnostic> diagnostics) => new(
        application.Name,
        [.. application.Services.Select(service => ServiceFacts.Of(service, application))],
        [.. application.Ladder.Environments.Select((environment, index) => EnvironmentFacts.Of(environment, isLowest: index == 0))],
        [.. application.Secrets.Select(secret => Secret(secret, application))],
        [.. diagnostics.Select(Point).OrderBy(point => point.Side).ThenByDescending(point => point.Severity)]);

    private static SecretSheet Secret(Secret secret, Application application) => new(
        secret.Name,
        secret.Source switch
        {
            SecretSource.Generated => string.Create(CultureInfo.InvariantCulture, $"made at random for each environment, {secret.Length} characters"),
            SecretSource.File => $"file {secret.File} of the commit",
            _ => $"given for each environment: towpath secret set ENV {secret.Name}",
        },
        [.. application.Services.Where(s => s.Secrets.Any(mount => mount.Source == secret.Name)).Select(s => s.Name)]);

    private static OpenPoint Point(Diagnostic diagnostic) => new(
        SideOf(diagnostic), diagnostic.Code, diagnostic.Severity, diagnostic.Headline, diagnostic.Help, diagnostic.Location?.ToString());

    // The ladder, its ports and gates are what Ops promises; all else is what Dev writes. That there is no ladder has no place.
    private static Side SideOf(Diagnostic diagnostic) =>
        diagnostic.Location is { } place ? (place.File == LadderFile ? Side.Ops : Side.Dev) : diagnostic.Code.StartsWith("TP20", StringComparison.Ordinal) ? Side.Ops : Side.Dev;
}
