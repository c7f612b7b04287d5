using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;
using Towpath.Engines.Resources;

namespace Towpath.EngineTests.Resources;

/// <summary>A real database or broker in a container, on a network of its own, for the tests of one class.</summary>
public abstract class BackingServer : IAsyncLifetime
{
    public const string Password = "it's a \"secret\" \\ one";

    private readonly PodmanFixture _podman = new();
    private readonly string _name = "crash-resources-" + Guid.NewGuid().ToString("N")[..8];

    public string? SkipReason { get; private set; }

    public BackingService Server { get; private set; } = null!;

    protected abstract string Image { get; }

    protected abstract string User { get; }

    protected abstract ImmutableSortedDictionary<string, string> Variables { get; }

    /// <summary>Last byte group but one of its subnet.</summary>
    protected abstract int Subnet { get; }

    public static DeclaredResource Resource(
        ResourceKind kind, string name, string? user = null, bool durable = true, string? exchangeType = null) =>
        new(kind, "backing", name, user, null, exchangeType, durable, new Location("compose.yaml", 1, 1, 1, 2));

    public async ValueTask InitializeAsync()
    {
        await _podman.InitializeAsync();
        if (_podman.Engine is not { } engine)
        {
            SkipReason = _podman.SkipReason;
            return;
        }

        using (var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem()))
            await standIns.EnsureBaseImagesAsync(engine, [Image], _ => { }, CancellationToken.None);
        var address = $"10.221.{Subnet}.20";
        await engine.CreateNetworkAsync(new NetworkPlan(_name, $"10.221.{Subnet}.0/24", ImmutableDictionary<string, string>.Empty), CancellationToken.None);
        await engine.CreateContainerAsync(
            new ContainerPlan
            {
                Name = _name,
                Image = Image,
                Labels = ImmutableSortedDictionary<string, string>.Empty,
                Network = _name,
                Address = address,
                Environment = Variables,
                StopGracePeriod = TimeSpan.Zero,
            },
            CancellationToken.None);
        await engine.StartContainerAsync(_name, CancellationToken.None);
        Server = new BackingService(address, User, Password);
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_podman.Engine is { } engine)
        {
            await engine.RemoveContainerAsync(_name, CancellationToken.None);
            await engine.RemoveNetworkAsync(_name, CancellationToken.None);
        }
        await _podman.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Completes when the administrator can log in.</summary>
    protected abstract Task ReadyAsync();
}
