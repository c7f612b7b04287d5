namespace Towpath.Server.Api;

/// <summary>Lists, page by page, and what is on them one by one. What is not there is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.</summary>
public interface IListings
{
    /// <summary>Releases, newest first.</summary>
    Task<Page<ReleaseAnswer>> ReleasesAsync(string application, PageRequest page, CancellationToken cancellationToken);

    /// <summary>One release with its evidence.</summary>
    /// <param name="application">Application.</param>
    /// <param name="release">Release or unambiguous prefix or commit prefix.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<ReleaseAnswer> ReleaseAsync(string application, string release, CancellationToken cancellationToken);

    /// <summary>Deployments of an environment, newest first.</summary>
    Task<Page<ListedDeploymentAnswer>> DeploymentsAsync(string application, string environment, PageRequest page, CancellationToken cancellationToken);

    /// <summary>One deployment.</summary>
    Task<DeploymentDetailAnswer> DeploymentAsync(string application, string deployment, CancellationToken cancellationToken);

    /// <summary>Pipeline runs, newest first.</summary>
    Task<Page<ListedRunAnswer>> RunsAsync(string application, PageRequest page, CancellationToken cancellationToken);

    /// <summary>One pipeline run with its steps.</summary>
    Task<RunDetailAnswer> RunAsync(string application, string run, CancellationToken cancellationToken);

    /// <summary>The last lines that a step of a run wrote.</summary>
    /// <param name="application">Application.</param>
    /// <param name="run">Run.</param>
    /// <param name="step">Step that has ended.</param>
    /// <param name="tail">So many lines at most, 1 to 2000; of a long log the last 256 KB.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<StepLogAnswer> StepLogAsync(string application, string run, string step, int tail, CancellationToken cancellationToken);
}
