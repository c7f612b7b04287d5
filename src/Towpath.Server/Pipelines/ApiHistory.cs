using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.OpenApi;
using Towpath.Core.OpenApi.Changes;
using Towpath.Core.Releases;
using Towpath.Engines.Git;
using Towpath.Server.Storage;

namespace Towpath.Server.Pipelines;

/// <summary>
/// What services promised before. The release to compare with is the one that the highest environment runs, since that is where the clients
/// are: a change that broke them stays told until it is there or gone. Where nothing runs yet, it is the newest release.
/// </summary>
internal sealed class ApiHistory(IStore store, PipelineOptions options, string application)
{
    private const int Newest = 1;

    private readonly Lazy<(Release Release, ServiceApis Apis)?> _before = new(() => Find(store, options, application));

    /// <summary>What changed in the API of a service.</summary>
    /// <param name="service">The service as it is now.</param>
    /// <param name="now">Its description now, or null where it has none.</param>
    public ServiceApiChanges Changes(Service service, ApiDescription? now)
    {
        var before = _before.Value;
        return ServiceApiChanges.Between(
            service, before?.Apis.ByService.GetValueOrDefault(service.Name), now, before is { Release.Id: var id } ? $"release {id}" : "no release");
    }

    /// <summary>Whether a service had a description.</summary>
    public bool Knows(string service) => _before.Value?.Apis.ByService.ContainsKey(service) == true;

    private static (Release Release, ServiceApis Apis)? Find(IStore store, PipelineOptions options, string application)
    {
        IEnumerable<string> ladder = store.Application(application)?.Ladder.Environments.Select(e => e.Name).Reverse() ?? [];
        var id = ladder.Select(environment => store.Current(application, environment)?.Release).OfType<string>().FirstOrDefault();
        var release = id is null ? store.Releases(application, Newest) is [var newest] ? newest : null : store.Release(application, id);
        return release is null ? null : (release, ServiceApis.Read(release.Application.Services, new CommitFiles(options.ReleaseFiles(application, release.Id))));
    }
}
