using System.Globalization;
using Towpath.Core.Applications;

namespace Towpath.Core.Handover;

/// <summary>What is said about an environment.</summary>
internal static class EnvironmentFacts
{
    /// <summary>The sheet of one environment.</summary>
    public static EnvironmentSheet Of(EnvironmentSpec environment, bool isLowest) => new(
        environment.Name,
        [
            new("Address", environment.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{environment.Address}:{port}") : $"{environment.Address}, a port that Towpath assigns and keeps"),
            new("Entered", environment.Automatic ? "by itself, once the gates hold" : "on towpath promote, once the gates hold"),
            new("Gates", string.Join("; ", Gates(environment, isLowest))),
            new("Verified by", environment.Verify.IsEmpty ? null : string.Join("; ", environment.Verify.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Path} answers {p.ExpectStatus}")))),
            new("Ready within", ServiceFacts.Time(environment.ReadyTimeout)),
            .. environment.Services.Select(change => new SheetFact($"Differs for {change.Key}", Difference(change.Value))),
        ]);

    private static IEnumerable<string> Gates(EnvironmentSpec environment, bool isLowest)
    {
        yield return "the pipeline is green";
        if (!isLowest)
        {
            yield return "it runs in the environment below" + (environment.Gates.Soak > TimeSpan.Zero ? $", for {ServiceFacts.Time(environment.Gates.Soak)}" : "");
        }

        if (environment.Gates.Confirmation is { } confirmation)
        {
            yield return $"a yes of {string.Join(" and ", confirmation.Roles)}{(confirmation.Distinct ? ", by different people" : "")}";
        }
    }

    // Values of variables are left out: any of them may be a secret.
    private static string Difference(ServiceOverride change) => string.Join("; ", Parts(change));

    private static IEnumerable<string> Parts(ServiceOverride change)
    {
        if (change.Replicas is { } replicas)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{replicas} replicas");
        }

        if (!change.Environment.IsEmpty)
        {
            yield return $"its own {string.Join(", ", change.Environment.Keys)}";
        }
    }
}
