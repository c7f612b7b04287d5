namespace Towpath.Server.Api;

/// <summary>What can be asked about what a deployment would change.</summary>
public interface IDifferences
{
    /// <summary>What a release would change of the objects of an environment on a cluster, field by field.</summary>
    /// <param name="application">Application.</param>
    /// <param name="environment">Environment.</param>
    /// <param name="release">Release, or the first digits of it or of its commit; null for the one that could come next, and where there is none the current one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<DifferencesAnswer> DifferencesAsync(string application, string environment, string? release, CancellationToken cancellationToken);
}
