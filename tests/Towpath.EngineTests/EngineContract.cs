using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;

namespace Towpath.EngineTests;

/// <summary>
/// What Towpath relies on in a container engine. One suite, run on each real engine: <see cref="PodmanContract"/> and
/// <see cref="DockerContract"/>. Each test has a label of its own, by which everything that it made is removed.
/// </summary>
public abstract partial class EngineContract(EngineFixture fixture) : IAsyncLifetime
{
    protected const string TestLabel = "towpath.enginetest";

    /// <summary>How the engine tells that an address is another container's.</summary>
    private protected abstract EngineError AddressTaken { get; }

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(20);

    protected string Id { get; } = Guid.NewGuid().ToString("N")[..8];

    protected string Mark => $"{TestLabel}={Id}";

    protected DockerApiEngine Engine { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static string BaseImage => EngineFixture.BaseImage;

    protected string Folder => fixture.Folder;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fixture.Engine is null, fixture.SkipReason);
        Engine = fixture.Engine!;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (Engine is not null)
        {
            await CleanAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected string Name(string suffix) => $"engine-{Id}-{suffix}";

    protected ImmutableSortedDictionary<string, string> Labels => ImmutableSortedDictionary<string, string>.Empty.Add(TestLabel, Id);

    protected ContainerPlan Plan(string suffix, params string[] command) => new()
    {
        Name = Name(suffix),
        Image = BaseImage,
        Labels = Labels,
        Command = [.. command],
        StopGracePeriod = TimeSpan.Zero,
    };

    protected ContainerPlan Shell(string suffix, string script) => Plan(suffix, "sh", "-c", script);

    protected async Task<string> RunAsync(ContainerPlan plan)
    {
        var id = await Engine.CreateContainerAsync(plan, Cancel);
        await Engine.StartContainerAsync(plan.Name, Cancel);
        return id;
    }

    /// <summary>Runs a container to its end.</summary>
    protected async Task<(int ExitCode, string Output)> CompleteAsync(ContainerPlan plan)
    {
        await RunAsync(plan);
        var code = await Engine.WaitContainerAsync(plan.Name, Cancel);
        return (code, string.Join('\n', await Engine.TailLogsAsync(plan.Name, 1000, Cancel)));
    }

    protected async Task<string> ShellInAsync(string container, string script) =>
        (await Engine.ExecAsync(container, ["sh", "-c", script], Short, Cancel)).Output.Trim();

    /// <summary>A network with a subnet that is free.</summary>
    /// <returns>Its name and the first three numbers of its addresses.</returns>
    protected async Task<(string Name, string Prefix)> NetworkAsync(string suffix)
    {
        for (var attempt = 1; ; attempt++)
        {
            var prefix = fixture.NextSubnet();
            try
            {
                await Engine.CreateNetworkAsync(new NetworkPlan(Name(suffix), $"{prefix}.0/24", Labels), Cancel);
                return (Name(suffix), prefix);
            }
            catch (EngineException e) when (e.Error == EngineError.SubnetTaken && attempt < 20)
            {
                // Left by a run that was killed.
            }
        }
    }

    protected async Task<EngineException> FailureAsync(Func<Task> call) => await Should.ThrowAsync<EngineException>(call);

    protected BuildRequest Build(string tag, string dockerfile, string? target = null, params (string Name, string Value)[] args) => new(
        (stream, token) => WriteTarAsync(stream, token, ("Dockerfile", dockerfile), ("hello.txt", "hello")),
        "Dockerfile",
        target,
        args.ToDictionary(a => a.Name, a => a.Value),
        Labels,
        [Image(tag)]);

    protected string Image(string tag) => $"docker.io/towpath-test/{Id}:{tag}";

    protected static async Task WriteTarAsync(Stream stream, CancellationToken cancellationToken, params (string Name, string Text)[] files)
    {
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (name, text) in files)
        {
            using var data = new MemoryStream(Encoding.UTF8.GetBytes(text));
            var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data, ModificationTime = DateTimeOffset.UnixEpoch };
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    }

    private async Task CleanAsync()
    {
        foreach (var container in await Engine.ListContainersAsync([Mark], CancellationToken.None))
        {
            await Engine.RemoveContainerAsync(container.Id, CancellationToken.None);
        }

        foreach (var network in await Engine.ListNetworksAsync([Mark], CancellationToken.None))
        {
            await Engine.RemoveNetworkAsync(network.Name, CancellationToken.None);
        }

        foreach (var volume in await Engine.ListVolumesAsync([Mark], CancellationToken.None))
        {
            await Engine.RemoveVolumeAsync(volume, CancellationToken.None);
        }

        foreach (var reference in (await Engine.ListImagesAsync([Mark], CancellationToken.None)).SelectMany(i => i.References))
        {
            await Engine.RemoveImageAsync(reference, CancellationToken.None);
        }

        await Engine.PruneImagesAsync(Mark, CancellationToken.None);
    }
}

/// <summary>The contract on Podman.</summary>
public sealed class PodmanContract(PodmanFixture fixture) : EngineContract(fixture), IClassFixture<PodmanFixture>
{
    private protected override EngineError AddressTaken => EngineError.AddressTaken;
}

/// <summary>The contract on Docker.</summary>
[Collection(nameof(DockerTests))]
public sealed class DockerContract(DockerFixture fixture) : EngineContract(fixture)
{
    // Its words for it are those for other conflicts too.
    private protected override EngineError AddressTaken => EngineError.Conflict;
}
