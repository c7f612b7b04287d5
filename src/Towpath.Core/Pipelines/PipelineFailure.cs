using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Pipelines;

/// <summary>Ways in which an engine fails a step, in the pipeline's words.</summary>
public enum StepFault
{
    /// <summary>A build step ended badly.</summary>
    Build,

    /// <summary>An image is not to be had.</summary>
    Image,

    /// <summary>The disk is full.</summary>
    Disk,

    /// <summary>The time is over.</summary>
    Time,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>Turns what went wrong in a step into the diagnostic that helps most.</summary>
public static class PipelineFailure
{
    private const int MaxLines = 15;

    /// <summary>The diagnostic of a failed step.</summary>
    /// <param name="step">Which.</param>
    /// <param name="fault">How it failed.</param>
    /// <param name="message">The engine's words.</param>
    /// <param name="limit">The time that it had.</param>
    /// <param name="dockerfile">The step's Dockerfile, for a build.</param>
    /// <param name="log">The last lines of the step's log, oldest first.</param>
    public static Diagnostic Of(PipelineStep step, StepFault fault, string message, TimeSpan limit, Dockerfile? dockerfile, IReadOnlyList<string> log)
    {
        // Builders tell a full disk as a failed step; what to do about it is another thing.
        if (fault == StepFault.Disk || message.Contains("no space left on device", StringComparison.OrdinalIgnoreCase)
            || (fault == StepFault.Build && log.Any(line => line.Contains("no space left on device", StringComparison.OrdinalIgnoreCase))))
        {
            return PipelineDiagnostics.DiskFull(step.Name, message);
        }

        ImmutableArray<string> lines = [.. log.TakeLast(MaxLines)];
        return (step, fault) switch
        {
            (TestStep test, StepFault.Time) => PipelineDiagnostics.TestsTimedOut(test.Service.Name, limit, test.Test.Location),
            (TestStep test, StepFault.Build) => PipelineDiagnostics.TestsFailed(
                test.Service.Name, exitCode: null, Place(dockerfile, log) ?? test.Test.Location, lines),
            (BuildStep build, StepFault.Build) => PipelineDiagnostics.BuildFailed(
                build.Service.Name, message, Place(dockerfile, log) ?? build.Build.Location, lines),
            (BuildStep build, StepFault.Image) => PipelineDiagnostics.ImageUnavailable(string.Join(", ", build.Bases), message, build.Build.Location),
            (ImageStep image, StepFault.Image) => PipelineDiagnostics.ImageUnavailable(image.Image, message, image.Service.Location),
            (_, StepFault.Time) => PipelineDiagnostics.StepTimedOut(step.Name, limit),
            _ => PipelineDiagnostics.EngineFailed(step.Name, message),
        };
    }

    private static Location? Place(Dockerfile? dockerfile, IReadOnlyList<string> log) => dockerfile is null ? null : DockerfileSteps.Last(dockerfile, log);
}
