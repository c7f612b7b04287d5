using System.Text.Json.Nodes;
using Towpath.Engines.Clusters;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;

namespace Towpath.Tests.Engines.Clusters;

/// <summary>A view of a cluster that tests tell what happens there.</summary>
internal sealed class WatchedCluster : IDisposable
{
    public static readonly ApiKind Deployments = new("apps", "v1", "Deployment", "deployments", IsNamespaced: true);
    private readonly KubernetesClient _client;

    public WatchedCluster()
    {
        var access = new ClusterAccess("test", new Uri("https://cluster.example"), "default");
        _client = new KubernetesClient(new ApiTransport(access, TimeProvider.System, () => 0, _ => Server), "default", TimeProvider.System, () => 0);
        View = new ClusterView(_client);
    }

    public WatchedServer Server { get; } = new();

    public ClusterView View { get; }

    /// <summary>A Deployment, as the server shows it.</summary>
    public static JsonObject Item(string space, string name, string version) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["namespace"] = space, ["name"] = name, ["uid"] = name, ["resourceVersion"] = version },
    };

    /// <summary>Waits until something has come about.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; !isSo(); i++)
        {
            i.ShouldBeLessThan(1000, "it does not come about");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        View.Dispose();
        _client.Dispose();
        Server.Dispose();
    }
}
