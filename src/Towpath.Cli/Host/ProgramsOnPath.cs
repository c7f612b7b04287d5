using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Host;

/// <summary>Looks for programs on the path and gets them from Debian's packages.</summary>
internal sealed class ProgramsOnPath : IHostDoctor
{
    private static readonly (string Program, string Package)[] Needed = [("git", "git"), ("podman", "podman"), ("runc", "runc"), ("mmdebstrap", "mmdebstrap")];

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostFinding>> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HostFinding>>([.. Needed.Select(Look)]);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostFinding>> MendAsync(Action<string> say, CancellationToken cancellationToken)
    {
        var missing = Needed.Where(need => !Look(need).Ok).Select(need => need.Package).ToArray();
        if (missing.Length > 0)
        {
            say($"installing {string.Join(", ", missing)}");
            var result = await Programs.RunAsync(
                "apt-get",
                ["install", "--yes", "--no-install-recommends", .. missing],
                cancellationToken,
                environment: new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" });
            if (result.ExitCode != 0)
            {
                throw new DiagnosticException(ExitCode.EngineUnavailable, CliDiagnostics.ProgramFailed("apt-get", result.Error.Trim()));
            }
        }

        return await CheckAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task PrepareImagesAsync(Action<string> say, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task RemoveTracesAsync(string stateFolder, Action<string> say, CancellationToken cancellationToken)
    {
        var images = await Programs.RunAsync("podman", ["image", "ls", "--quiet", "--filter", "label=towpath.stand-in=true"], cancellationToken);
        var ids = images.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToArray();
        if (ids.Length == 0)
        {
            return;
        }

        await Programs.RunAsync("podman", ["image", "rm", "--force", .. ids], cancellationToken);
        say($"removed {ids.Length} stand-in images");
    }

    private static HostFinding Look((string Program, string Package) need)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var found = folders.Select(folder => Path.Combine(folder, need.Program)).FirstOrDefault(File.Exists);
        return new HostFinding(need.Program, found is not null, found ?? "not on the path", found is null ? $"apt-get install {need.Package}" : null);
    }
}
