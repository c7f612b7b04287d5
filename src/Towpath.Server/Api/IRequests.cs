namespace Towpath.Server.Api;

/// <summary>What can be asked about deploy requests. What can't be done is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.</summary>
public interface IRequests
{
    /// <summary>Hands in a deploy request, or adds to one what it does not say yet.</summary>
    Task<RequestAnswer> RequestAsync(string application, DeployRequest request, CancellationToken cancellationToken);

    /// <summary>The newest deploy requests with their states, of one environment or all.</summary>
    Task<IReadOnlyList<RequestAnswer>> RequestsAsync(string application, string? environment, CancellationToken cancellationToken);

    /// <summary>How a release stands before an environment; null for the release that waits or could come next.</summary>
    Task<ApprovalAnswer> ApprovalAsync(string application, string environment, string? release, CancellationToken cancellationToken);

    /// <summary>Refuses a deploy request.</summary>
    Task<RequestAnswer> RefuseRequestAsync(string application, RefuseRequest request, CancellationToken cancellationToken);
}
