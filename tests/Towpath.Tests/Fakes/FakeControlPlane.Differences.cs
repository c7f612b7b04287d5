using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Differences.
internal partial class FakeControlPlane
{
    public Func<string, string?, DifferencesAnswer> OnDifferences { get; set; } = (environment, release) => new DifferencesAnswer(environment, "shop-" + environment, release ?? "r-2", "r-1", []);

    public Task<DifferencesAnswer> DifferencesAsync(string application, string environment, string? release, CancellationToken cancellationToken) =>
        Task.FromResult(OnDifferences(environment, release));
}
