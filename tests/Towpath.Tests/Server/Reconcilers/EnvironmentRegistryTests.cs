using System.Collections.Immutable;
using Towpath.Core.Containers;
using Towpath.Core.Environments;
using Towpath.Engines.Secrets;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class EnvironmentRegistryTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeContainerEngine _engine = new();
    private readonly SqliteStore _store;
    private readonly EnvironmentRegistry _registry;

    public EnvironmentRegistryTests()
    {
        _store = new SqliteStore(_folder["towpath.db"]);
        _store.SaveApplication("shop", "/repository", ".", Models.Ladder("production"));
        _registry = new EnvironmentRegistry(_folder.Path, _store, new SecretVault(_folder.Path, SecretKeyring.Given(SecretKeys.New()), _folder["shown"]), PortPolicy.Default, _engine, TimeProvider.System, _ => { });
    }

    [Fact]
    public async Task WatchRunning_ContainersOfAnEarlierProcess_AreFollowed()
    {
        await Run("shop-production-api-1", "shop", ContainerLabels.RoleReplica);
        await Run("shop-production-gateway", "shop", ContainerLabels.RoleGateway);
        await Run("shop-production-api-migrate", "shop", ContainerLabels.RoleMigration);
        await Run("other-production-api-1", "other", ContainerLabels.RoleReplica);

        await _registry.WatchRunningAsync(CancellationToken.None);

        // A follower first asks the engine where the container's file is.
        await Until(() => Inspected().Count >= 2);
        Inspected().ShouldBe(["shop-production-api-1", "shop-production-gateway"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    private async Task Run(string name, string application, string role)
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty
            .Add(ContainerLabels.Application, application).Add(ContainerLabels.Environment, "production")
            .Add(ContainerLabels.Service, "api").Add(ContainerLabels.Role, role);
        _engine.AddImage("api");
        await _engine.CreateContainerAsync(new ContainerPlan { Name = name, Image = "api", Labels = labels }, CancellationToken.None);
        await _engine.StartContainerAsync(name, CancellationToken.None);
    }

    private List<string> Inspected() =>
        [.. _engine.Calls.Where(c => c.StartsWith("inspect ", StringComparison.Ordinal)).Select(c => c["inspect ".Length..]).Distinct().Order(StringComparer.Ordinal)];

    private static async Task Until(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds()) await Task.Delay(10, limit.Token);
    }
}
