using Towpath.Core.Journal;
using Towpath.Core.Releases;

namespace Towpath.Server.Storage;

/// <summary>
/// Parts of what is stored, page by page. A page is told by the number of the entry that it comes after, so that what is added or deleted meanwhile moves nothing, and asks
/// an index for no more than it gives.
/// </summary>
public interface IListingStore
{
    /// <summary>Names of all known applications, in order.</summary>
    IReadOnlyList<string> ApplicationNames();

    /// <summary>Releases, newest first.</summary>
    /// <param name="application">Application.</param>
    /// <param name="before">Only those with a lower number; null for all.</param>
    /// <param name="count">So many at most.</param>
    IReadOnlyList<ListedRelease> ReleasePage(string application, long? before, int count);

    /// <summary>Runs, newest first; parameters as of <see cref="ReleasePage"/>.</summary>
    IReadOnlyList<RunRecord> RunPage(string application, long? before, int count);

    /// <summary>Deployments of an environment, newest first; parameters as of <see cref="ReleasePage"/>.</summary>
    IReadOnlyList<DeploymentRecord> DeploymentPage(string application, string environment, long? before, int count);

    /// <summary>Evidence of several runs, of each in the order in which steps ended.</summary>
    IReadOnlyList<EvidenceRecord> EvidenceOf(IReadOnlyCollection<string> runs);

    /// <summary>Facts of a deployment, in order, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<Fact> FactsOfDeployment(string deployment, int limit);

    /// <summary>Release that each environment of an application runs; those before their first success are left out.</summary>
    IReadOnlyDictionary<string, string> CurrentReleases(string application);
}

/// <summary>A release in a list.</summary>
/// <param name="Number">Its place: newer ones have higher numbers.</param>
/// <param name="Release">The release.</param>
/// <param name="Run">Run that made it.</param>
public sealed record ListedRelease(long Number, Release Release, string Run);
