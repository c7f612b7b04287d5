using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;
using Towpath.Engines.Containers.Gateways;
using RealGateway = Towpath.Engines.Containers.Gateways.Gateway;

namespace Towpath.EngineTests.Gateway;

/// <summary>
/// A gateway in its own containers on a real engine: an anchor, and proxies that follow one another. Its replicas are in this process, at this
/// machine's end of the bridge, so that a test sees what reached them.
/// </summary>
internal sealed class ContainedGateway : IAsyncDisposable
{
    private readonly DockerApiEngine _engine;
    private readonly string _folder;
    private readonly string _name = "handover-" + Guid.NewGuid().ToString("N")[..6];
    private readonly HashSet<string> _images = new(StringComparer.Ordinal);

    private ContainedGateway(EngineFixture fixture, int port)
    {
        _engine = fixture.Engine!;
        _folder = Path.Combine(fixture.Folder, _name);
        Prefix = fixture.NextSubnet();
        Gateway = new RealGateway(_engine, _folder, TimeProvider.System);
        Public = new Uri($"http://127.0.0.1:{port}/api/orders");
        Plan = new GatewayPlan(
            _name, _name, $"{Prefix}.2", "127.0.0.1", port,
            ImmutableSortedDictionary<string, string>.Empty.Add(ContainerLabels.Application, _name), $"docker.io/towpath-test/{_name}:latest");
    }

    public string Prefix { get; }

    public RealGateway Gateway { get; }

    public Uri Public { get; }

    public GatewayPlan Plan { get; }

    public GatewayDesired Desired { get; set; } = new([new GatewayBackend("api", 80, "/healthz")], [new GatewayRoute("/api", "api", Strip: false)], 1000);

    /// <summary>Network and image are there, and the bridge is up.</summary>
    public static async Task<ContainedGateway> CreateAsync(EngineFixture fixture, int port, CancellationToken cancellationToken)
    {
        var made = new ContainedGateway(fixture, port);
        using (var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem()))
            await standIns.EnsureBaseImagesAsync(made._engine, [GatewayPlan.DefaultImage], _ => { }, cancellationToken);
        await made.NextImageAsync("0", cancellationToken);
        await made._engine.CreateNetworkAsync(new NetworkPlan(made._name, $"{made.Prefix}.0/24", made.Plan.Labels), cancellationToken);
        // Podman makes a bridge with its first container.
        await made._engine.CreateContainerAsync(
            new ContainerPlan { Name = $"{made._name}-first", Image = made.Plan.Image, Labels = made.Plan.Labels, Network = made._name, Address = $"{made.Prefix}.250", Entrypoint = ["sleep"], Command = ["infinity"], StopGracePeriod = TimeSpan.Zero },
            cancellationToken);
        await made._engine.StartContainerAsync($"{made._name}-first", cancellationToken);
        return made;
    }

    /// <summary>Its files are gone, and so is the way to them for whoever has the folder mounted.</summary>
    public void LoseFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>It can be told things, and serves.</summary>
    public Task<bool> RunsAsync() => Gateway.RunsAsync(_name, CancellationToken.None);

    /// <summary>The gateway's image is another one from now on, under the same name.</summary>
    public async Task NextImageAsync(string version, CancellationToken cancellationToken)
    {
        var request = new BuildRequest(
            async (stream, token) =>
            {
                await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
                using var text = new MemoryStream(Encoding.UTF8.GetBytes($"FROM {GatewayPlan.DefaultImage}\nLABEL version={version}\n"));
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = text }, token);
            },
            "Dockerfile", Target: null, new Dictionary<string, string>(), new Dictionary<string, string>(), [Plan.Image]);
        _images.Add(await _engine.BuildImageAsync(request, _ => { }, cancellationToken)).ShouldBeTrue();
    }

    public Task<string> EnsureAsync(params GatewayServer[] servers) => Gateway.EnsureAsync(Plan, Desired, servers, CancellationToken.None);

    /// <summary>Asks through the gateway, until it answers.</summary>
    public async Task EchoAsync()
    {
        using var http = new HttpClient();
        await GatewayHarness.EventuallyAsync(
            async () =>
            {
                try
                {
                    return (await http.GetAsync(Public)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the gateway answers");
    }

    /// <summary>Names of the proxies that are there.</summary>
    public async Task<IReadOnlyList<string>> ProxiesAsync() =>
        [.. (await _engine.ListContainersAsync([$"{ContainerLabels.Gateway}={_name}"], CancellationToken.None)).Select(c => c.Name)];

    /// <summary>When the anchor was started.</summary>
    public async Task<DateTimeOffset> AnchoredAsync() => (await _engine.InspectContainerAsync(_name, CancellationToken.None))!.StartedAt!.Value;

    public async ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        // The anchor last: the proxies are in its network.
        foreach (var container in (await _engine.ListContainersAsync([$"{ContainerLabels.Application}={_name}"], CancellationToken.None)).OrderBy(c => c.Name == _name))
            await _engine.RemoveContainerAsync(container.Name, CancellationToken.None);
        await _engine.RemoveNetworkAsync(_name, CancellationToken.None);
        foreach (var image in _images.Append(Plan.Image)) await _engine.RemoveImageAsync(image, CancellationToken.None);
    }
}
