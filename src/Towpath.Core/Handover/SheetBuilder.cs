using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Handover;

/// <summary>Puts the sheet of an application together.</summary>
public static class SheetBuilder
{
    private const string LadderFile = "towpath.yaml";

    // What stands in Dev's files and is Ops' to give all the same: a port of the registry.
    private static readonly string[] OfOps = ["TP2001", "TP2205"];

    /// <summary>The sheet.</summary>
    /// <param name="application">The model.</param>
    /// <param name="diagnostics">What is still wrong with it or missing.</param>
    /// <param name="rulesOff">Rules of the contract that the team has put off.</param>
    public static HandoverSheet Build(Application application, IEnumerable<Diagnostic> diagnostics, ImmutableArray<string> rulesOff) => new(
        application.Name,
        [.. application.Services.Select(service => ServiceFacts.Of(service, application))],
        [.. application.Ladder.Environments.Select((environment, index) => EnvironmentFacts.Of(environment, isLowest: index == 0))],
        [.. application.Secrets.Select(secret => Secret(secret, application))],
        rulesOff,
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

    // The ladder, its ports and gates are what Ops promises; all else is what Dev writes.
    private static Side SideOf(Diagnostic diagnostic) =>
        diagnostic.Location?.File == LadderFile || OfOps.Contains(diagnostic.Code) ? Side.Ops : Side.Dev;
}
