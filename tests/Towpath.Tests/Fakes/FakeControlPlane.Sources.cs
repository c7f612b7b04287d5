using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Repositories that are watched.
internal partial class FakeControlPlane
{
    public IReadOnlyList<SourceAnswer> Sources { get; set; } = [];

    public Task<IReadOnlyList<SourceAnswer>> SourcesAsync(CancellationToken cancellationToken) => Task.FromResult(Sources);
}
