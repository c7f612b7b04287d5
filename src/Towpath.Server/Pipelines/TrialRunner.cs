using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Handover;
using Towpath.Core.OpenApi;
using Towpath.Core.Pipelines;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;
using Towpath.Engines.Secrets;
using Towpath.Server.Storage;

namespace Towpath.Server.Pipelines;

/// <summary>
/// Tries the built image of a service: with what it needs, in an environment of its own that is gone afterwards, however the trial ends. It must
/// become ready, and answer what its API description promises.
/// </summary>
internal sealed class TrialRunner(
    IContainerEngine engine, ReadinessProbe probe, IStore store, PipelineOptions options, TimeProvider time, string run, ReadCommit commit, PipelinePlan plan, string source)
{
    private const string Passed = "passed";
    private const int LastLines = 12;
    private const int MostLooks = 5;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);
    private const int SecretLength = 32;
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(60);

    /// <summary>Tries a service.</summary>
    /// <param name="step">Which.</param>
    /// <param name="digests">Images by the name of the step that made them.</param>
    /// <param name="log">Gets what is done and found.</param>
    /// <param name="cancellationToken">Ends it; what was started is removed all the same.</param>
    /// <exception cref="DiagnosticException">It did not come up, or answered otherwise than promised.</exception>
    public async Task<StepResult> RunAsync(TrialStep step, IReadOnlyDictionary<string, string> digests, StepLog log, CancellationToken cancellationToken)
    {
        if (WhyNot(step) is { } reason)
            return new StepResult(null, $"not tried: {reason}") { Told = [PipelineDiagnostics.NotTried(step.Service.Name, reason, step.Service.Delivery.Health!.Location)] };

        var release = Release(step, digests);
        var name = TrialEnvironment.NameFor(step.Service.Name);
        // A trial of a time when nothing was kept of it is made once more.
        if (store.Value(release.Application.Name, name, Passed) == release.ContentHash && TrialMemory.Of(store, release, step.Service.Name) is not null)
        {
            return new StepResult(null, "the same images with the same settings and description passed before");
        }

        var state = Path.Combine(options.RunFolder(run), "trial", step.Service.Name);
        var environment = Environment(release, name, state, log);
        try
        {
            var (result, findings) = await TryAsync(step, environment, log, cancellationToken);
            TrialMemory.Keep(store, release, step.Service.Name, findings);
            store.SetValue(release.Application.Name, name, Passed, release.ContentHash);
            return result;
        }
        finally
        {
            // Not the caller's token: what was cancelled must be cleaned up too.
            using var limit = new CancellationTokenSource(CleanUpLimit, time);
            await environment.RemoveAsync(limit.Token);
            if (Directory.Exists(state)) Directory.Delete(state, recursive: true);
        }
    }

    /// <summary>A trial must not touch what belongs to the machine.</summary>
    private static string? WhyNot(TrialStep step) => step.Needs.Append(step.Service)
        .SelectMany(s => s.Mounts.Where(m => m is { Kind: MountKind.Bind, IsFromCommit: false, ReadOnly: false }).Select(m => $"{s.Name} writes to {m.Source} of this machine"))
        .FirstOrDefault();

    /// <summary>A release of nothing but what is tried. Its hash covers all that the trial depends on: two trials with one hash end alike.</summary>
    private Release Release(TrialStep step, IReadOnlyDictionary<string, string> digests)
    {
        var services = step.Needs.Append(step.Service).OrderBy(s => s.Name, StringComparer.Ordinal).ToImmutableArray();
        var used = services.SelectMany(s => s.Secrets).Select(s => s.Source)
            .Concat(services.SelectMany(s => s.Delivery.Resources).Select(r => r.PasswordSecret).OfType<string>()).ToHashSet(StringComparer.Ordinal);
        var application = commit.Application with { Services = services, Secrets = [.. commit.Application.Secrets.Where(s => used.Contains(s.Name))] };
        var images = services.ToImmutableSortedDictionary(
            s => s.Name, s => new ReleaseImage(digests[plan.Images[s.Name]], digests[plan.Images[s.Name]]), StringComparer.Ordinal);
        var described = commit.Apis.ByService.GetValueOrDefault(step.Service.Name)?.Files ?? [];
        var hash = ReleaseHash.Compute(MountedFiles.Stamp(application, source), MountedFiles.HashOf(described.Select(f => Path.Combine(source, f))), images);
        return new Release(run, application, "", "", images, hash, time.GetUtcNow());
    }

    private TrialEnvironment Environment(Release release, string name, string state, StepLog log)
    {
        // As the environment that a release enters first.
        var application = release.Application;
        var first = application.Ladder.Environments[0];
        var place = new EnvironmentSpec { Name = name, Location = first.Location, Services = first.Services };
        // Its values live no longer than it does, and so does their key.
        var folder = new EnvironmentFolder(state, application.Name, place.Name, new SecretVault(state, SecretKeyring.Given(SecretKeys.New()), ShownSecrets.Of(options.StateFolder)));
        MountedFiles.Keep(application, ServiceApis.None, source, folder.CommitFile(run, "."));
        foreach (var secret in application.Secrets)
            Provide(secret, folder, log);
        var versions = application.Secrets.ToDictionary(s => s.Name, s => folder.Secrets.Version(s.Name)!, StringComparer.Ordinal);
        return new TrialEnvironment(engine, probe, folder, EnvironmentPlanner.Plan(release, place, versions), time);
    }

    private void Provide(Secret secret, EnvironmentFolder folder, StepLog log)
    {
        if (secret is { Source: SecretSource.File, File: { } file })
        {
            folder.Secrets.Set(secret.Name, File.ReadAllBytes(folder.CommitFile(run, file)));
            return;
        }

        if (secret.Source == SecretSource.Given)
            log.Write($"the secret {secret.Name} is given for each environment: the trial makes one up");
        folder.Secrets.Generate(secret.Name, secret.Source == SecretSource.Generated ? secret.Length : SecretLength);
    }

    private async Task<(StepResult Result, TrialFindings Findings)> TryAsync(TrialStep step, TrialEnvironment environment, StepLog log, CancellationToken cancellationToken)
    {
        var limit = step.Service.Delivery.Trial?.Timeout ?? TrialSpec.UsualTimeout;
        await environment.PrepareAsync(cancellationToken);

        // What migrations and resources stand on comes before them, as in any environment.
        var needs = environment.Desired.Services.Where(s => s.Name != step.Service.Name).ToList();
        await Task.WhenAll(needs.Where(n => n.Backing).Select(n => NeedAsync(step, environment, n, limit, log, cancellationToken)));
        await ProvideAsync(step, environment, cancellationToken);
        foreach (var need in needs.Where(n => !n.Backing))
            await NeedAsync(step, environment, need, limit, log, cancellationToken);

        var service = environment.Desired.Service(step.Service.Name)!;
        var start = await environment.StartAsync(service, limit, cancellationToken);
        log.Write($"{service.Name}: {start.Detail} after {Seconds(start.Took)}");
        if (!start.Ready)
            throw await FailedAsync(environment, service, log, lines => start.Ended
                ? PipelineDiagnostics.TrialEnded(service.Name, start.Detail, service.Spec.Delivery.Health!.Location, lines)
                : PipelineDiagnostics.TrialNotReady(service.Name, service.Spec.Delivery.Health!, limit, start.Detail, lines));

        var live = await CheckLivenessAsync(environment, service, log, cancellationToken);
        var answers = await AnswersAsync(environment, service, log, cancellationToken);
        var started = $"ready after {Seconds(start.Took)}{(needs.Count == 0 ? "" : $" with {string.Join(", ", needs.Select(n => n.Name))}")}";
        var wrote = await HasWrittenAsync(environment, service, cancellationToken);
        log.Write($"{service.Name} wrote {(wrote ? "" : "nothing ")}to stdout or stderr");
        return (new StepResult(null, started + answers), new TrialFindings(started, $"{service.Spec.Delivery.Health!.Ready}: {start.Detail}{live}", wrote));
    }

    /// <summary>Looks once more where nothing is there yet: a process may hand on what it writes a moment later.</summary>
    private async Task<bool> HasWrittenAsync(TrialEnvironment environment, ServiceDesired service, CancellationToken cancellationToken)
    {
        for (var look = 0; look < MostLooks; look++)
        {
            if ((await environment.TailAsync(service, 1, cancellationToken)).Any(line => !string.IsNullOrWhiteSpace(line))) return true;
            await Task.Delay(LookAgain, time, cancellationToken);
        }

        return false;
    }

    private static async Task NeedAsync(TrialStep step, TrialEnvironment environment, ServiceDesired need, TimeSpan limit, StepLog log, CancellationToken cancellationToken)
    {
        var start = await environment.StartAsync(need, limit, cancellationToken);
        log.Write($"{need.Name}: {start.Detail} after {Seconds(start.Took)}");
        if (!start.Ready)
            throw await FailedAsync(environment, need, log, lines => PipelineDiagnostics.TrialNeedFailed(step.Service.Name, need.Name, start.Detail, need.Spec.Location, lines));
    }

    private static async Task ProvideAsync(TrialStep step, TrialEnvironment environment, CancellationToken cancellationToken)
    {
        try
        {
            await environment.ProvideAsync(cancellationToken);
        }
        catch (DiagnosticException e)
        {
            var first = e.Diagnostics[0];
            throw new DiagnosticException(
                ExitCode.PipelineFailed, PipelineDiagnostics.TrialNotProvided(step.Service.Name, first.Headline, first.Location, first.Notes));
        }
    }

    /// <summary>What its liveness endpoint answered, to follow what its readiness endpoint did; empty where they are one.</summary>
    private static async Task<string> CheckLivenessAsync(TrialEnvironment environment, ServiceDesired service, StepLog log, CancellationToken cancellationToken)
    {
        var health = service.Spec.Delivery.Health!;
        if (health.Live == health.Ready)
            return "";
        var result = await environment.CheckAsync(service, health.Live, cancellationToken);
        log.Write($"GET {health.Live}: {result.Detail}");
        if (!result.Ready)
            throw await FailedAsync(environment, service, log, lines => PipelineDiagnostics.TrialNotAlive(service.Name, health, result.Detail, lines));
        return $", {health.Live}: {result.Detail}";
    }

    /// <summary>Tries what the description promises, and says how much of it there was.</summary>
    private async Task<string> AnswersAsync(TrialEnvironment environment, ServiceDesired service, StepLog log, CancellationToken cancellationToken)
    {
        if (!commit.Apis.ByService.TryGetValue(service.Name, out var description))
            return "";
        var address = await environment.AddressAsync(service, cancellationToken);
        var origin = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address}:{service.Spec.HttpPort!.Value}"));
        var report = await ApiTrialRunner.RunAsync(description, ServiceApis.BaseInside(description, service.Spec), origin, log, cancellationToken);
        if (!report.Failures.IsEmpty)
            throw await FailedAsync(environment, service, log, lines => [.. report.Failures.Select(f => PipelineDiagnostics.AnswerDiffers(service.Name, f.Text, f.Location, lines))]);
        return string.Create(CultureInfo.InvariantCulture, $"; {report.Tried} of {description.Operations.Length} operations answered as described");
    }

    private static Task<DiagnosticException> FailedAsync(
        TrialEnvironment environment, ServiceDesired service, StepLog log, Func<ImmutableArray<string>, Diagnostic> tell) =>
        FailedAsync(environment, service, log, lines => ImmutableArray.Create(tell(lines)));

    private static async Task<DiagnosticException> FailedAsync(
        TrialEnvironment environment, ServiceDesired service, StepLog log, Func<ImmutableArray<string>, ImmutableArray<Diagnostic>> tell)
    {
        using var limit = new CancellationTokenSource(CleanUpLimit);
        ImmutableArray<string> lines = [.. await environment.TailAsync(service, LastLines, limit.Token)];
        foreach (var line in lines)
            log.Write($"{service.Name} | {line}");
        return new DiagnosticException(ExitCode.PipelineFailed, [.. tell(lines)]);
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
