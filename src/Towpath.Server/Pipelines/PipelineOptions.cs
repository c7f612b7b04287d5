using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Server.Pipelines;

/// <summary>Reads the application model from the files of a commit; without a model there is an error among the diagnostics.</summary>
public delegate (Application? Application, ImmutableArray<Diagnostic> Diagnostics) ReadApplication(ISourceFiles files);

/// <summary>Sees to it that images are on the engine, by pulling or making them; tells its progress line by line.</summary>
public delegate Task EnsureBaseImages(IReadOnlyCollection<string> images, Action<string> progress, CancellationToken cancellationToken);

/// <summary>Bounds and places of pipelines.</summary>
/// <param name="StateFolder">Absolute path; logs go to <c>runs/p-N/STEP.log</c> below it.</param>
public sealed record PipelineOptions(string StateFolder)
{
    /// <summary>Steps that run at once, over all applications.</summary>
    public int Parallelism { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>One step takes at most this long.</summary>
    public TimeSpan StepLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Runs of one application that may wait for their turn.</summary>
    public int MaxWaiting { get; init; } = 8;

    /// <summary>Folder of what a release keeps of its commit's files, under the paths that they have in the commit.</summary>
    public string ReleaseFiles(string application, string release) => Path.Combine(StateFolder, "releases", application, release, "files");

    /// <summary>Folder of a run's logs.</summary>
    public string RunFolder(string run) => Path.Combine(StateFolder, "runs", run);
}
