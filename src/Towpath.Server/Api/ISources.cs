namespace Towpath.Server.Api;

/// <summary>What can be asked about repositories that are watched.</summary>
public interface ISources
{
    /// <summary>Those of applications that the caller operates, in the order of <c>server.yaml</c>.</summary>
    Task<IReadOnlyList<SourceAnswer>> SourcesAsync(CancellationToken cancellationToken);
}
