using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>From names that people give to what they name; what does not exist is a diagnostic that says what does.</summary>
internal sealed class Lookup(IStore store)
{
    private const int Listed = 100;

    public ApplicationRecord Application(string application) => store.Application(application)
        ?? throw new DiagnosticException(ExitCode.NotFound, GateDiagnostics.UnknownApplication(application, store.ApplicationNames()));

    public static EnvironmentSpec Environment(ApplicationRecord application, string name) => application.Ladder.Environment(name)
        ?? throw new DiagnosticException(
            ExitCode.NotFound, GateDiagnostics.UnknownEnvironment(application.Name, name, application.Ladder.Environments.Select(e => e.Name)));

    /// <summary>By the beginning of its identifier or of its commit.</summary>
    public Release Release(string application, string name)
    {
        var found = store.Releases(application, Listed)
            .Where(r => r.Id.StartsWith(name, StringComparison.Ordinal) || r.Commit.StartsWith(name, StringComparison.Ordinal)).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new DiagnosticException(ExitCode.NotFound, GateDiagnostics.UnknownRelease(application, name)),
            _ => throw new DiagnosticException(ExitCode.Usage, GateDiagnostics.AmbiguousRelease(name, found.Select(r => r.Id))),
        };
    }

    /// <summary>Release that could come into an environment next: the one that runs below it, for the lowest the newest; null for none.</summary>
    public string? Below(ApplicationRecord application, EnvironmentSpec environment) =>
        application.Ladder.Below(environment.Name) is { } below
            ? store.Current(application.Name, below.Name)?.Release
            : store.Releases(application.Name, 1) is [var newest] ? newest.Id : null;

    /// <summary>What an environment runs: the release that is coming in, else the current one, with the environment as it says. Null before the first.</summary>
    public (Release Release, EnvironmentSpec Spec)? Running(string application, EnvironmentSpec environment)
    {
        // One that waits for its turn has changed nothing yet.
        var coming = store.OpenDeployments(application, environment.Name).FirstOrDefault(d => d.Phase is not (nameof(DeploymentPhase.Requested) or nameof(DeploymentPhase.Gated)));
        var name = coming?.Release ?? store.Current(application, environment.Name)?.Release;
        return Placed(application, environment, name);
    }

    /// <summary>What an environment's current release is, with the environment as that says; null before the first.</summary>
    public (Release Release, EnvironmentSpec Spec)? Current(string application, EnvironmentSpec environment) =>
        Placed(application, environment, store.Current(application, environment.Name)?.Release);

    private (Release Release, EnvironmentSpec Spec)? Placed(string application, EnvironmentSpec environment, string? name) =>
        name is not null && store.Release(application, name) is { } release ? (release, release.Application.Ladder.Environment(environment.Name) ?? environment) : null;

    /// <summary>Sequence before the first of an application's latest facts that fit; the last one's where none does.</summary>
    public long BeforeFirst(string application, Func<Core.Journal.Fact, bool> fits)
    {
        const int lookBack = 2000;
        var last = store.LastSequence();
        return store.Facts(application, Math.Max(0, last - lookBack), lookBack).Where(fits).Select(f => f.Sequence - 1).DefaultIfEmpty(last).First();
    }
}
