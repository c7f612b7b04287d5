using Towpath.Engines.Containers;
using Towpath.Engines.Containers.Gateways;
using Towpath.Engines.Host;

namespace Towpath.Cli.Host;

/// <summary>This machine: its programs, its container engine and the images on it.</summary>
internal sealed class Machine : IHostDoctor
{
    private const string StandIn = "towpath.stand-in=true";
    private const string Storage = "/var/lib/containers";

    // What the sample application and the gateway start from.
    private static readonly string[] Images =
    [
        "docker.io/library/debian:bookworm-slim", "docker.io/library/nginx:1.22", "docker.io/library/postgres:15",
        "docker.io/library/rabbitmq:3.10", GatewayPlan.DefaultImage,
    ];

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostFinding>> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HostFinding>>([.. Look().Select(Told)]);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostFinding>> MendAsync(Action<string> say, CancellationToken cancellationToken)
    {
        var missing = Look().Where(f => f.Result == CheckResult.Missing).ToList();
        if (missing.Count > 0)
        {
            say($"installing {string.Join(", ", missing.Select(f => f.Package).Distinct())}");
            await HostSetup.InstallAsync(missing, line => Progress(line, say), cancellationToken);
        }

        return await CheckAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task PrepareImagesAsync(EngineChoice choice, Action<string> say, CancellationToken cancellationToken)
    {
        using var engine = await OpenAsync(choice, cancellationToken);
        using var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem());
        await standIns.EnsureBaseImagesAsync(engine, Images, line => Progress(line, say), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveTracesAsync(EngineChoice choice, Action<string> say, CancellationToken cancellationToken)
    {
        var service = new PodmanService(Options(choice), TimeProvider.System);
        if (!Look().Any(f => f is { Name: "podman", Result: CheckResult.Missing }))
        {
            using var engine = await OpenAsync(choice, cancellationToken);
            await RemoveStandInsAsync(engine, say, cancellationToken);
        }

        if (File.Exists(Options(choice).PidPath))
        {
            await service.StopAsync(cancellationToken);
            say("stopped the Podman service that was started for it");
        }
    }

    private static async Task RemoveStandInsAsync(DockerApiEngine engine, Action<string> say, CancellationToken cancellationToken)
    {
        var removed = 0;
        // An image that another one was built from goes only after it: a few rounds, as deep as images are stacked.
        for (var round = 0; round < 4; round++)
        {
            foreach (var image in await engine.ListImagesAsync([StandIn], cancellationToken))
            {
                foreach (var name in image.References.DefaultIfEmpty(image.Id))
                {
                    if (await engine.RemoveImageAsync(name, cancellationToken)) removed++;
                }
            }
        }

        if (removed > 0) say($"removed {removed} stand-in images");
    }

    /// <summary>The engine that the user asked for, started where it must be.</summary>
    public static Task<DockerApiEngine> OpenAsync(EngineChoice choice, CancellationToken cancellationToken) =>
        EngineSelection.OpenAsync(choice.Engine, Options(choice), TimeProvider.System, cancellationToken);

    private static PodmanServiceOptions Options(EngineChoice choice) => new(Path.Combine(choice.StateFolder, "podman"));

    // Whether a registry answers takes seconds to find out where none does; mmdebstrap is small enough to be wanted always.
    private static IReadOnlyList<Engines.Host.HostFinding> Look() => HostCheck.Run(engine: null, Storage, registryReachable: false);

    private static HostFinding Told(Engines.Host.HostFinding finding) =>
        new(finding.Name, finding.Result != CheckResult.Missing, finding.Detail, finding.Command);

    /// <summary>The lines worth reading: what is done now, not each file of a package.</summary>
    private static void Progress(string line, Action<string> say)
    {
        var text = line.Trim();
        if (text.StartsWith("Setting up", StringComparison.Ordinal) || text.Contains("stand-in", StringComparison.OrdinalIgnoreCase)
            || text.Contains("STEP", StringComparison.Ordinal) || text.Contains("pull", StringComparison.OrdinalIgnoreCase))
            say("  " + (text.Length > 120 ? text[..120] + "…" : text));
    }
}
