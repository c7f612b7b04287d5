using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines.Environments;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>From a stored deployment to its plan: what is wanted, and what was there before.</summary>
public sealed class PlanBuilder(IStore store, EnvironmentRegistry environments)
{
    private const int Surge = 1;

    /// <summary>The plan of a deployment. Secrets that Towpath makes are made here, since their versions are part of revisions.</summary>
    /// <exception cref="DiagnosticException">A release is gone, or a secret has no value (TP5011).</exception>
    public DeploymentPlan Build(DeploymentRecord deployment)
    {
        ProvideSecrets(deployment);
        var target = Desired(deployment, deployment.Release);
        var previous = deployment.Previous is { } before ? Desired(deployment, before) : null;
        return new DeploymentPlan(deployment.Id, target, previous, new RolloutPolicy(Surge, target.Environment.ReadyTimeout));
    }

    private EnvironmentDesired Desired(DeploymentRecord deployment, string id)
    {
        var release = store.Release(deployment.Application, id)
            ?? throw new InvalidOperationException($"release {id} of {deployment.Application} is not in the store");
        var folder = environments.Folder(deployment.Application, deployment.Environment);
        // An environment that a release's own ladder does not know yet is taken from the newest one.
        var spec = release.Application.Ladder.Environment(deployment.Environment)
            ?? store.Application(deployment.Application)?.Ladder.Environment(deployment.Environment)
            ?? throw new InvalidOperationException($"{deployment.Application} has no environment {deployment.Environment}");
        return EnvironmentPlanner.Plan(release, spec, SecretVersions(release, deployment.Environment, folder));
    }

    private static ImmutableDictionary<string, string> SecretVersions(Release release, string environment, EnvironmentFolder folder)
    {
        var used = release.Application.Services.SelectMany(s => s.Secrets).Select(s => s.Source).ToHashSet(StringComparer.Ordinal);
        var versions = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var secret in release.Application.Secrets.Where(s => used.Contains(s.Name)))
        {
            versions[secret.Name] = folder.SecretVersion(secret.Name)
                ?? throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.SecretMissing(environment, secret));
        }
        return versions.ToImmutable();
    }

    /// <summary>Key of the mark of a secret whose value came from a commit, so that the next commit may change it.</summary>
    public static string FromCommit(string secret) => $"secret-from-commit:{secret}";

    private void ProvideSecrets(DeploymentRecord deployment)
    {
        if (store.Release(deployment.Application, deployment.Release) is not { } release) return;
        var folder = environments.Folder(deployment.Application, deployment.Environment);
        foreach (var secret in release.Application.Secrets)
        {
            if (secret.Source == SecretSource.Generated) folder.GenerateSecret(secret.Name, secret.Length);
            if (secret is { Source: SecretSource.File, File: { } file }) ProvideFile(deployment, secret.Name, folder.CommitFile(release.Id, file), folder);
        }
    }

    /// <summary>A value that a person gave for this environment is stronger than the commit's.</summary>
    private void ProvideFile(DeploymentRecord deployment, string secret, string path, EnvironmentFolder folder)
    {
        var isCommits = store.Value(deployment.Application, deployment.Environment, FromCommit(secret)) is not null;
        if (!File.Exists(path) || (folder.SecretVersion(secret) is not null && !isCommits)) return;
        store.SetValue(deployment.Application, deployment.Environment, FromCommit(secret), "yes");
        folder.SetSecret(secret, File.ReadAllBytes(path));
    }
}
