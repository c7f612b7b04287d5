using Towpath.Cli.Host;
using Towpath.Core.Diagnostics;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Engines.Registries;

namespace Towpath.Cli.Demo.Cluster;

/// <summary>
/// The cluster of the kubeconfig, or the one that tests start on this machine; the registry that was named, or one in a container here. What
/// the shop needs there beside its own images is brought into the registry, so that the cluster needs no other.
/// </summary>
internal sealed class LocalCluster(TimeProvider time) : IClusterProvider
{
    /// <inheritdoc/>
    public async Task<ClusterPlace> PrepareAsync(ClusterWish wish, Action<string> say, CancellationToken cancellationToken)
    {
        if (wish is { Kubeconfig: not null, Registry: null })
        {
            throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.RegistryNeeded());
        }

        var kubeconfig = wish.Kubeconfig ?? await StartAsync(wish.Files, say, cancellationToken);
        using var engine = await Machine.OpenAsync(wish.Engine, cancellationToken);
        using (var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem()))
        {
            string[] images = wish.Registry is null ? [DemoImages.Wait, DemoImages.Proxy, DemoImages.Registry] : [DemoImages.Wait, DemoImages.Proxy];
            await standIns.EnsureBaseImagesAsync(engine, images, _ => { }, cancellationToken);
        }

        if (wish.Registry is null)
        {
            say($"starting a registry on this machine: {DemoRegistry.Address}");
            await new DemoRegistry(engine).StartAsync(cancellationToken);
        }

        var registry = wish.Registry ?? DemoRegistry.Address;
        var push = new ReleaseImagePush(engine, new Forgetful(), RegistryCredentials.OfProcess(), [], time);
        return new ClusterPlace(
            kubeconfig, registry, await PushAsync(engine, push, DemoImages.Wait, $"{registry}/curl", cancellationToken),
            await PushAsync(engine, push, DemoImages.Proxy, $"{registry}/haproxy", cancellationToken), wish.Kubeconfig is null);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(ClusterWish wish, bool isOwn, Action<string> say, CancellationToken cancellationToken)
    {
        using var engine = await Machine.OpenAsync(wish.Engine, cancellationToken);
        if (await new DemoRegistry(engine).RemoveAsync(cancellationToken))
        {
            say("removed the registry");
        }

        if (isOwn)
        {
            await Programs.RunAsync(wish.Files.ClusterProgram("down"), ["--wipe"], cancellationToken);
            say("ended the cluster");
        }
    }

    private static async Task<string> StartAsync(DemoFiles files, Action<string> say, CancellationToken cancellationToken)
    {
        if (!File.Exists(files.ClusterProgram("up")) || !Environment.IsPrivilegedProcess)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, CliDiagnostics.NoCluster("one is started only by root, in a clone"));
        }

        say("starting a cluster of one node on this machine");
        var result = await Programs.RunAsync(files.ClusterProgram("up"), [], cancellationToken);
        var output = result.Output.Trim();
        return result.ExitCode == 0
            ? output.Split('\n')[^1]
            : throw new DiagnosticException(ExitCode.EngineUnavailable, CliDiagnostics.NoCluster(output.Length > 0 ? output : result.Error.Trim().Split('\n')[^1]));
    }

    private static async Task<string> PushAsync(DockerApiEngine engine, ReleaseImagePush push, string image, string repository, CancellationToken cancellationToken)
    {
        var details = await engine.InspectImageAsync(image, cancellationToken)
            ?? throw new DiagnosticException(ExitCode.EngineUnavailable, CliDiagnostics.NoRegistry($"the image {image} is gone"));
        return (await push.EnsureAsync(new ReleaseImage(details.Id, image), repository, _ => { }, cancellationToken)).Reference;
    }

    // It runs once and ends: the registry itself is asked.
    private sealed class Forgetful : IPushedImages
    {
        public string? Find(string repository, string configDigest) => null;

        public void Remember(string repository, string configDigest, string manifestDigest)
        {
        }
    }
}
