using Towpath.Cli.Commands;
using Towpath.Cli.Demo.Cluster;

namespace Towpath.Cli.Demo;

/// <summary>Removes every trace of the demo, and nothing of anybody else.</summary>
/// <param name="invocation">Whose state folder.</param>
internal sealed class DemoRemoval(Invocation invocation)
{
    /// <summary>Removes it.</summary>
    /// <returns>What was removed.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        var paths = invocation.Paths;
        var cluster = ClusterRecord.Read(paths);
        var others = Directory.Exists(paths.State) ? await RemoveApplicationAsync(removed, cancellationToken) : [];
        if (others.Count > 0)
        {
            invocation.Terminal.Say($"the control plane and its state folder stay: they carry {string.Join(", ", others)} too");
            await RemoveClusterAsync(cluster, removed, cancellationToken);
            Remove(Path.Combine(paths.State, "demo"), removed);
            return removed;
        }

        if (await DownVerb.StopAsync(invocation, cancellationToken))
        {
            Note(removed, "stopped the control plane");
        }

        await RemoveClusterAsync(cluster, removed, cancellationToken);
        await invocation.Surroundings.Doctor.RemoveTracesAsync(new Host.EngineChoice(invocation.Engine, paths.State), what => Note(removed, what), cancellationToken);
        Remove(paths.State, removed);
        Remove(paths.Config, removed);
        return removed;
    }

    private async Task RemoveClusterAsync(ClusterPlace? cluster, List<string> removed, CancellationToken cancellationToken)
    {
        if (cluster is not null)
        {
            var wish = new ClusterWish(new Host.EngineChoice(invocation.Engine, invocation.Paths.State), DemoFiles.Find(invocation.Surroundings.Variable), null, cluster.Kubeconfig);
            await invocation.Surroundings.Cluster.RemoveAsync(wish, cluster.IsOwn, what => Note(removed, what), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> RemoveApplicationAsync(List<string> removed, CancellationToken cancellationToken)
    {
        var plane = await (invocation with { Kubeconfig = ClusterRecord.Read(invocation.Paths)?.Kubeconfig }).ConnectAsOwnerAsync(cancellationToken);
        var known = await plane.ApplicationsAsync(cancellationToken);
        if (known.Contains(DemoStory.Application))
        {
            invocation.Terminal.Say($"removing the application {DemoStory.Application}");
            await plane.RemoveApplicationAsync(DemoStory.Application, cancellationToken);
            Note(removed, $"removed the application {DemoStory.Application}: containers, networks, volumes, images, records");
        }

        return [.. known.Where(name => name != DemoStory.Application)];
    }

    private void Remove(string folder, List<string> removed)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
            Note(removed, $"removed {folder}");
        }
    }

    private void Note(List<string> removed, string what)
    {
        removed.Add(what);
        invocation.Terminal.Say(what);
    }
}
