using System.Collections.Concurrent;
using System.Security.Cryptography;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Rollouts;
using Towpath.Engines.Clusters;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Kubeconfig;

namespace Towpath.Server.Reconcilers;

/// <summary>What an environment on a cluster needs of this machine.</summary>
/// <param name="Engine">Has the images.</param>
/// <param name="Folder">Files and secrets of the environment.</param>
/// <param name="Memory">Small values of the environment.</param>
/// <param name="Files">Files of a release's commit.</param>
/// <param name="Story">What is known of a deployment beside what it brings in.</param>
internal sealed record ClusterInputs(
    IContainerEngine Engine, EnvironmentFolder Folder, IEnvironmentMemory Memory, Func<string, ISourceFiles> Files, Func<DeploymentPlan, DeliveryStory> Story);

/// <summary>The clusters that environments name: one client for each context of the kubeconfig, made when it is first needed.</summary>
internal sealed class ClusterRegistry(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<KubernetesClient>> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ClusterView> _views = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Application, string Environment, string Context), ClusterEnvironment> _environments = new();

    /// <summary>An environment on the cluster that it names.</summary>
    public ClusterEnvironment Environment(string application, string environment, EnvironmentSpec spec, ClusterInputs inputs)
    {
        var context = spec.Kubernetes?.Context ?? "";
        return _environments.GetOrAdd((application, environment, context), key => new ClusterEnvironment(key.Application, key.Environment, new ClusterParts(
            Client(key.Context), new RegistryImages(inputs.Engine, inputs.Memory, time), async (digest, token) => (await inputs.Engine.InspectImageAsync(digest, token))?.User, inputs.Folder, inputs.Files, inputs.Memory, time)
        {
            View = _views.GetOrAdd(key.Context, _ => new ClusterView(Client(key.Context))),
            Story = inputs.Story,
        }));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in _views.Values)
        {
            view.Dispose();
        }

        foreach (var environment in _environments.Values)
        {
            environment.Dispose();
        }

        foreach (var client in _clients.Values.Where(c => c.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    // A kubeconfig that is not there, or is wrong, is looked at again the next time.
    private KubernetesClient Client(string context) => _clients.GetOrAdd(context, name => new Lazy<KubernetesClient>(
        () => new KubernetesClient(KubeconfigLoader.Load(KubeconfigInputs.OfProcess() with { Context = name.Length == 0 ? null : name }), time, Chance), LazyThreadSafetyMode.PublicationOnly)).Value;

    private static double Chance() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
