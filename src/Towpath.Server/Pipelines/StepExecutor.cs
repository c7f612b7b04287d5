using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Engines.Git;
using Towpath.Server.Supply;

namespace Towpath.Server.Pipelines;

/// <summary>What a step leaves.</summary>
/// <param name="Digest">Digest of the image that it made or found; null for others.</param>
/// <param name="Detail">What it found, for people; null where its end says all.</param>
internal sealed record StepResult(string? Digest, string? Detail = null)
{
    /// <summary>Its end says all.</summary>
    public static StepResult Nothing { get; } = new(Digest: null);

    /// <summary>What is worth telling besides.</summary>
    public ImmutableArray<Diagnostic> Told { get; init; } = [];
}

/// <summary>Carries out single steps on the engine. Leaves no container behind, however a step ends.</summary>
internal sealed class StepExecutor(
    IContainerEngine engine, EnsureBaseImages ensureBaseImages, TrialRunner trials, ImageInventories inventories, PipelineOptions options, TimeProvider time, string run, string application, string source)
{
    private const int MaxTestLines = 2000;
    private const int MaxDiagnosticLines = 15;
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(60);

    private readonly CommitFiles _files = new(source);

    /// <summary>Does the work of a step.</summary>
    /// <exception cref="DiagnosticException">It failed.</exception>
    public async Task<StepResult> RunAsync(PipelineStep step, IReadOnlyDictionary<string, string> digests, StepLog log, CancellationToken cancellationToken)
    {
        var limit = step is TestStep { Test.Timeout: var timeout } && timeout < options.StepLimit ? timeout : options.StepLimit;
        using var clock = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            switch (step)
            {
                case ImageStep image:
                    return new StepResult(await FindAsync(image, log, either.Token));
                case BuildStep build:
                    return new StepResult(await BuildAsync(build, log, either.Token));
                case TestStep { Test.Target: { } target } test:
                    await BuildImageAsync(test.Service, test.Service.Build!, target, [ImageName.Tested(application, test.Service.Name)], log, either.Token);
                    return StepResult.Nothing;
                case TestStep test:
                    await TestAsync(test, digests[test.Source], log, either.Token);
                    return StepResult.Nothing;
                case BillStep bill:
                    return await ReadAsync(digests[bill.Source], log, either.Token);
                case TrialStep trial:
                    return await trials.RunAsync(trial, digests, log, either.Token);
                default:
                    throw new InvalidOperationException($"unknown step {step.Name}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && clock.IsCancellationRequested)
        {
            throw Failed(step, StepFault.Time, "", limit, log);
        }
        catch (DiagnosticException e) when (e.Diagnostics.All(d => d.Location is null))
        {
            // Who found it out knew the image, but not who asked for it.
            var place = step switch { ImageStep image => image.Service.Location, BuildStep build => build.Build.Location, _ => null };
            throw new DiagnosticException(e.ExitCode, [.. e.Diagnostics.Select(d => d with { Location = place, Label = "needed here" })]);
        }
        catch (EngineException e)
        {
            throw Failed(step, FaultOf(e.Error), e.Message, limit, log);
        }
        catch (IOException e)
        {
            throw Failed(step, StepFault.Other, e.Message, limit, log);
        }
    }

    /// <summary>Gives an image the name that keeps it from being pruned as long as its release exists.</summary>
    public async Task<ReleaseImage> KeepAsync(string service, string digest, CancellationToken cancellationToken)
    {
        var reference = ImageName.Kept(application, service, digest);
        await engine.TagImageAsync(digest, reference, cancellationToken);
        return new ReleaseImage(digest, reference);
    }

    private async Task<StepResult> ReadAsync(string digest, StepLog log, CancellationToken cancellationToken)
    {
        var inventory = await inventories.OfAsync(application, digest, cancellationToken);
        log.Write($"{digest}, {inventory.System?.Name ?? "no distribution"}: {inventory.Summary}");
        foreach (var warning in inventory.Warnings) log.Write(warning);
        return new StepResult(null, inventory.Summary);
    }

    private async Task<string> FindAsync(ImageStep step, StepLog log, CancellationToken cancellationToken)
    {
        await ensureBaseImages([step.Image], log.Write, cancellationToken);
        var image = await engine.InspectImageAsync(step.Image, cancellationToken)
            ?? throw new EngineException(EngineError.ImageUnavailable, "the engine has no image of that name");
        log.Write($"{step.Image} is {image.Id}");
        return image.Id;
    }

    private async Task<string> BuildAsync(BuildStep step, StepLog log, CancellationToken cancellationToken)
    {
        if (step.Bases.Length > 0)
            await ensureBaseImages(step.Bases, log.Write, cancellationToken);
        return await BuildImageAsync(step.Service, step.Build, step.Build.Target, step.Tags, log, cancellationToken);
    }

    private async Task<string> BuildImageAsync(
        Service service, BuildSpec build, string? target, ImmutableArray<string> tags, StepLog log, CancellationToken cancellationToken)
    {
        var context = _files.TryFolder(build.Context)
            ?? throw new DiagnosticException(ExitCode.InvalidInput, PipelineDiagnostics.DockerfileNotFound(service.Name, build.Context, build.Location));

        // Labels are part of an image's content: one that differed by commit would make each commit's image another one.
        var labels = build.Labels
            .SetItem(ContainerLabels.Application, application)
            .SetItem(ContainerLabels.Service, service.Name);
        var request = new BuildRequest(
            (stream, token) => BuildContext.WriteTarAsync(context, build.Dockerfile, stream, token), build.Dockerfile, target, build.Args, labels, tags);
        return await engine.BuildImageAsync(request, log.Write, cancellationToken);
    }

    private async Task TestAsync(TestStep step, string digest, StepLog log, CancellationToken cancellationToken)
    {
        var plan = new ContainerPlan
        {
            Name = $"towpath-test-{application}-{step.Service.Name}-{run}",
            Image = digest,
            Labels = TestLabels(application).Add(ContainerLabels.Service, step.Service.Name),
            Entrypoint = step.Test.Command, // the whole command: an entry point of the image must not get it as arguments
            Command = [],
            Environment = step.Service.Environment,
            User = step.Service.User,
            WorkingDirectory = step.Service.WorkingDirectory,
            Limits = step.Service.Limits,
        };
        try
        {
            await engine.RemoveContainerAsync(plan.Name, cancellationToken);
            await engine.CreateContainerAsync(plan, cancellationToken);
            await engine.StartContainerAsync(plan.Name, cancellationToken);
            var exitCode = await engine.WaitContainerAsync(plan.Name, cancellationToken);
            foreach (var line in await engine.TailLogsAsync(plan.Name, MaxTestLines, cancellationToken))
                log.Write(line);
            log.Write($"exit code {exitCode}");
            if (exitCode != 0)
            {
                throw new DiagnosticException(
                    ExitCode.PipelineFailed,
                    PipelineDiagnostics.TestsFailed(step.Service.Name, exitCode, step.Test.Location, [.. log.Tail(MaxDiagnosticLines)]));
            }
        }
        finally
        {
            // Not the caller's token: what was cancelled must be cleaned up too.
            using var limit = new CancellationTokenSource(CleanUpLimit, time);
            await engine.RemoveContainerAsync(plan.Name, limit.Token);
        }
    }

    /// <summary>Labels of every test container of an application.</summary>
    public static ImmutableSortedDictionary<string, string> TestLabels(string application) => ImmutableSortedDictionary<string, string>.Empty
        .Add(ContainerLabels.Application, application)
        .Add(ContainerLabels.Role, ContainerLabels.RoleTest);

    private DiagnosticException Failed(PipelineStep step, StepFault fault, string message, TimeSpan limit, StepLog log)
    {
        var build = step is BuildStep { Build: var own } ? own : (step as TestStep)?.Service.Build;
        var dockerfile = build is null ? null : CommitCheck.ReadDockerfile(_files, build);
        return new DiagnosticException(ExitCode.PipelineFailed, PipelineFailure.Of(step, fault, message, limit, dockerfile, log.Tail(200)));
    }

    private static StepFault FaultOf(EngineError error) => error switch
    {
        EngineError.BuildFailed => StepFault.Build,
        EngineError.ImageUnavailable => StepFault.Image,
        EngineError.DiskFull => StepFault.Disk,
        EngineError.TimedOut => StepFault.Time,
        _ => StepFault.Other,
    };
}
