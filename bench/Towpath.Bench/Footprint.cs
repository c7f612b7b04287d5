using System.Globalization;

namespace Towpath.Bench;

/// <summary>What an application and its control plane hold at one moment.</summary>
/// <param name="Releases">Releases shipped so far.</param>
/// <param name="Containers">Containers, running or not.</param>
/// <param name="Networks">Networks.</param>
/// <param name="Volumes">Volumes.</param>
/// <param name="Images">Images with the application's label or name, those without a name too.</param>
/// <param name="Descriptors">Open files of the control plane.</param>
/// <param name="ServiceDescriptors">Open files of Podman's service.</param>
/// <param name="Memory">Resident memory of the control plane, MiB.</param>
/// <param name="ServiceMemory">Resident memory of Podman's service, MiB.</param>
/// <param name="Files">Files in the state folder.</param>
/// <param name="State">State folder without the journal, KiB.</param>
/// <param name="Journal">The store, in which facts stay, KiB.</param>
internal sealed record Footprint(
    int Releases, int Containers, int Networks, int Volumes, int Images, int Descriptors, int ServiceDescriptors,
    int Memory, int ServiceMemory, int Files, long State, long Journal)
{
    /// <summary>Looks.</summary>
    public static async Task<Footprint> TakeAsync(Ground ground, string application, int releases, CancellationToken cancellationToken)
    {
        var label = $"label=towpath.application={application}";
        var containers = await CountAsync(["ps", "--all", "--quiet", "--filter", label]);
        var networks = await CountAsync(["network", "ls", "--quiet", "--filter", label]);
        var volumes = await CountAsync(["volume", "ls", "--quiet", "--filter", label]);
        var images = await CountAsync(["images", "--all", "--quiet", "--filter", label]);
        var service = int.Parse(await File.ReadAllTextAsync(Path.Combine(ground.State, "podman", "podman.pid"), cancellationToken), CultureInfo.InvariantCulture);
        var files = new DirectoryInfo(ground.State).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.Exists).ToList();
        var journal = files.Where(f => f.Name.StartsWith("towpath.db", StringComparison.Ordinal)).Sum(f => f.Length);
        return new Footprint(
            releases, containers, networks, volumes, images, Descriptors(ground.Pid), Descriptors(service), Resident(ground.Pid), Resident(service),
            files.Count, (files.Sum(f => f.Length) - journal) / 1024, journal / 1024);

        async Task<int> CountAsync(string[] arguments) =>
            (await ground.PodmanAsync(arguments, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    private static int Descriptors(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;

    private static int Resident(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Replace("\t", " ", StringComparison.Ordinal);
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
