using Towpath.Server.Api;

namespace Towpath.Server;

// Repositories that are watched.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceAnswer>> SourcesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SourceAnswer>>(
    [
        .. _sources.States().Select(s => new SourceAnswer(
            s.Source.Name, s.Source.Application, s.Source.Url, s.Source.Branch, s.Source.Every, s.Source.Hook?.ToString().ToLowerInvariant(),
            s.State.LookedAt, s.State.Commit, s.State.Failures, s.State.Failure, s.State.FailedAt, s.State.IsElsewhere)),
    ]);
}
