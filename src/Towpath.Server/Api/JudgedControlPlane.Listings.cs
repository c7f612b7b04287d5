using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Lists and what is on them.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<Page<ReleaseAnswer>> ReleasesAsync(string application, PageRequest page, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.ReleasesAsync(application, page, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ReleaseAnswer> ReleaseAsync(string application, string release, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.ReleaseAsync(application, release, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Page<ListedDeploymentAnswer>> DeploymentsAsync(string application, string environment, PageRequest page, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, environment, cancellationToken);
        return await plane.DeploymentsAsync(application, environment, page, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DeploymentDetailAnswer> DeploymentAsync(string application, string deployment, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.DeploymentAsync(application, deployment, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Page<ListedRunAnswer>> RunsAsync(string application, PageRequest page, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.RunsAsync(application, page, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunDetailAnswer> RunAsync(string application, string run, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.RunAsync(application, run, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<StepLogAnswer> StepLogAsync(string application, string run, string step, int tail, CancellationToken cancellationToken)
    {
        // What a build writes is of no environment: who may ship may read it.
        await JudgeAsync(Deed.ReadBuildLogs, application, null, cancellationToken);
        return await plane.StepLogAsync(application, run, step, tail, cancellationToken);
    }
}
