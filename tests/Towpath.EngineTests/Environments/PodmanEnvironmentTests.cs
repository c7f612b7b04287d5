using System.Formats.Tar;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Engines;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;
using Towpath.Engines.Secrets;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.EngineTests.Environments;

/// <summary>The contract of environments, on real Podman.</summary>
public sealed class PodmanEnvironmentTests(PodmanFixture fixture) : EnvironmentContract, IClassFixture<PodmanFixture>
{
    private protected override string Image => ContainersScene.Image;

    private protected override async Task<EnvironmentScene> OpenAsync()
    {
        Assert.SkipWhen(fixture.Engine is null, fixture.SkipReason);
        return await ContainersScene.OpenAsync(fixture.Engine!, fixture.Folder, TestContext.Current.CancellationToken);
    }
}

/// <summary>An environment on a container engine.</summary>
internal sealed class ContainersScene : EnvironmentScene
{
    public const string Image = "localhost/towpath-test/busybox:1";

    private const int Port = 8391;
    private readonly DockerApiEngine _engine;
    private readonly string _folder;
    private readonly string _digest;
    private readonly SqliteStore _store;
    private readonly SecretVault _secrets;
    private EnvironmentRegistry _registry;

    private ContainersScene(DockerApiEngine engine, string folder, string digest)
    {
        (_engine, _folder, _digest) = (engine, folder, digest);
        Application = $"env{Guid.NewGuid():N}"[..8];
        _store = new SqliteStore(Path.Combine(folder, $"{Application}.db"));
        _secrets = new SecretVault(folder, SecretKeyring.InFile(Path.Combine(folder, "secrets.key")));
        _registry = NewRegistry();
        _registry.Folder(Application, "production").Secrets.Generate("token", 32);
    }

    public override IEnvironmentEngine Engine => Environment;

    protected override string Application { get; }

    protected override string Ladder => $$"""
        application: {{Application}}
        verify: { page: { get: /, expect: 200, within: 20s } }
        environments: { production: { port: {{Port}}, ready: 30s, verify: [page] } }
        """;

    private ContainersEnvironment Environment => _registry.Environment(Application, "production");

    public static async Task<ContainersScene> OpenAsync(DockerApiEngine engine, string folder, CancellationToken cancellationToken)
    {
        using (var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem()))
            await standIns.EnsureBaseImagesAsync(engine, ["docker.io/library/haproxy:2.6"], _ => { }, cancellationToken);
        if (await engine.InspectImageAsync(Image, cancellationToken) is null)
            await engine.ImportImageAsync(Busybox(), Image, ["CMD [\"sh\"]"], cancellationToken);
        return new ContainersScene(engine, folder, (await engine.InspectImageAsync(Image, cancellationToken))!.Id);
    }

    public override void Restart() => _registry = NewRegistry();

    public override Task<string> AddressAsync(string service, int port, CancellationToken cancellationToken) => Task.FromResult($"http://127.0.0.1:{Port}");

    public override async Task<IReadOnlyList<string>> RunningAsync(string service, CancellationToken cancellationToken) =>
        [.. (await ContainersAsync(service, cancellationToken)).Where(c => c.State == ContainerState.Running).Select(c => c.Id)];

    public override async Task DestroyAsync(string service, CancellationToken cancellationToken)
    {
        foreach (var container in await ContainersAsync(service, cancellationToken)) await _engine.RemoveContainerAsync(container.Name, cancellationToken);
    }

    public override async Task<IReadOnlyList<string>> LeftAsync(CancellationToken cancellationToken) =>
        [.. (await _engine.ListContainersAsync([$"{ContainerLabels.Application}={Application}"], cancellationToken)).Select(c => c.Name)];

    public override async ValueTask DisposeAsync()
    {
        await Environment.RemoveAsync(CancellationToken.None);
        await _registry.DisposeAsync();
        _store.Dispose();
    }

    protected override ReleaseImage ImageOf(string name) => new(_digest, name);

    protected override EnvironmentDesired Desired(Release release, ISourceFiles files)
    {
        _store.SaveApplication(Application, _folder, ".", release.Application.Ladder);
        return EnvironmentPlanner.Plan(release, release.Application.Ladder.Environments[0], new Dictionary<string, string> { ["token"] = _registry.Folder(Application, "production").Secrets.Version("token")! });
    }

    protected override bool IsAway(Exception e) => e is EngineException or DiagnosticException;

    private Task<IReadOnlyList<ObservedContainer>> ContainersAsync(string service, CancellationToken cancellationToken) =>
        _engine.ListContainersAsync([$"{ContainerLabels.Application}={Application}", $"{ContainerLabels.Service}={service}"], cancellationToken);

    private EnvironmentRegistry NewRegistry() => new(_folder, _store, _secrets, PortPolicy.Default, _engine, TimeProvider.System, _ => { });

    private static MemoryStream Busybox()
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var folder in (string[])["bin/", "tmp/", "www/", "etc/"]) tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0b111_111_111 });
            tar.WriteEntry(File.Exists("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox", "bin/busybox");
            foreach (var applet in (string[])["sh", "cat", "sleep", "echo", "httpd", "wc"]) tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" });
        }

        stream.Position = 0;
        return stream;
    }
}
