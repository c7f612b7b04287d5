using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Lists and what is on them.
internal sealed partial class ControlPlaneClient
{
    private const int MostPages = 1000;

    /// <inheritdoc/>
    public Task<Page<ReleaseAnswer>> ReleasesAsync(string application, PageRequest page, CancellationToken cancellationToken) =>
        GetAsync<Page<ReleaseAnswer>>(Of(application, "/releases") + Query(page), cancellationToken);

    /// <inheritdoc/>
    public Task<ReleaseAnswer> ReleaseAsync(string application, string release, CancellationToken cancellationToken) =>
        GetAsync<ReleaseAnswer>(Of(application, $"/releases/{Escape(release)}"), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<ListedDeploymentAnswer>> DeploymentsAsync(string application, string environment, PageRequest page, CancellationToken cancellationToken) =>
        GetAsync<Page<ListedDeploymentAnswer>>(Of(application, $"/environments/{Escape(environment)}/deployments") + Query(page), cancellationToken);

    /// <inheritdoc/>
    public Task<DeploymentDetailAnswer> DeploymentAsync(string application, string deployment, CancellationToken cancellationToken) =>
        GetAsync<DeploymentDetailAnswer>(Of(application, $"/deployments/{Escape(deployment)}"), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<ListedRunAnswer>> RunsAsync(string application, PageRequest page, CancellationToken cancellationToken) =>
        GetAsync<Page<ListedRunAnswer>>(Of(application, "/runs") + Query(page), cancellationToken);

    /// <inheritdoc/>
    public Task<RunDetailAnswer> RunAsync(string application, string run, CancellationToken cancellationToken) =>
        GetAsync<RunDetailAnswer>(Of(application, $"/runs/{Escape(run)}"), cancellationToken);

    /// <inheritdoc/>
    public Task<StepLogAnswer> StepLogAsync(string application, string run, string step, int tail, CancellationToken cancellationToken) =>
        GetAsync<StepLogAnswer>(Of(application, $"/runs/{Escape(run)}/steps/{Escape(step)}/log?tail={tail}"), cancellationToken);

    private static string Query(PageRequest page) => "?" + string.Join('&', new[] { ("cursor", page.After), ("limit", page.Limit?.ToString(System.Globalization.CultureInfo.InvariantCulture)) }
        .Where(q => q.Item2 is not null).Select(q => $"{q.Item1}={Escape(q.Item2!)}"));

    /// <summary>A whole list, page by page.</summary>
    private async Task<IReadOnlyList<T>> AllAsync<T>(string path, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        var page = new PageRequest(Limit: PageRequest.Most);
        for (var i = 0; i < MostPages; i++)
        {
            var answer = await GetAsync<Page<T>>(path + Query(page), cancellationToken);
            all.AddRange(answer.Items);
            if (answer.Next is null) return all;
            page = page with { After = answer.Next };
        }

        throw Strange($"{path} does not come to an end");
    }
}
