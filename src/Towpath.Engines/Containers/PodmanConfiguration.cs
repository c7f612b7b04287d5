using System.Text;
using Towpath.Engines.Host;

namespace Towpath.Engines.Containers;

/// <summary>
/// The files that Podman's service is started with. They stand in Towpath's state folder and are named by variables of the environment:
/// nothing in <c>/etc</c> is written, and what an operator wrote there counts wherever it can.
/// </summary>
internal static class PodmanConfiguration
{
    // Podman itself lowers the limit of processes to this, and refuses a start where the asked one is higher than what it has.
    private const long MaxProcesses = 32768;
    private const long MaxFiles = 1048576;

    /// <summary>Text of containers.conf.</summary>
    public static string Containers(HostLimits host, bool hasRunc)
    {
        var text = new StringBuilder();
        if (!host.CanRaiseLimits)
        {
            // Podman asks for a million files by default, and may not raise the limit here.
            text.Append("[containers]\n");
            text.Append($"default_ulimits = [\"nofile={Both(host.OpenFiles, MaxFiles)}\", \"nproc={Both(host.Processes, MaxProcesses)}\"]\n\n");
        }

        text.Append("[engine]\n");
        if (host.IsRestricted && hasRunc)
        {
            text.Append("runtime = \"runc\"\n");
        }

        if (host.IsRestricted || !host.HasSystemd)
        {
            text.Append("cgroup_manager = \"cgroupfs\"\n");
            text.Append("events_logger = \"file\"\n");
        }

        // Else each exec leaves its monitor of 2.6 MB behind for five minutes.
        text.Append("exit_command_delay = 1\n");
        return text.ToString();
    }

    /// <summary>The limit of processes that a container may be given, or null where Podman finds it by itself.</summary>
    public static long? Processes(HostLimits host) => host.CanRaiseLimits ? null : Math.Min(host.Processes, MaxProcesses);

    /// <summary>Text of registries.conf: a short name means what it means to Docker.</summary>
    public static string Registries() => "unqualified-search-registries = [\"docker.io\"]\n";

    /// <summary>Writes the files that are needed and gives the variables that name them.</summary>
    /// <param name="folder">Towpath's folder for Podman; exists.</param>
    /// <param name="host">What the machine can do.</param>
    /// <param name="hasRunc">runc is installed.</param>
    public static Dictionary<string, string> Write(string folder, HostLimits host, bool hasRunc)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);

        // On a restricted machine Podman can't start a container without ours, so an operator's file yields there.
        if (host.IsRestricted || !IsInUse("/etc/containers/containers.conf"))
        {
            Name("CONTAINERS_CONF", "containers.conf", Containers(host, hasRunc));
        }

        if (!IsInUse("/etc/containers/registries.conf"))
        {
            Name("CONTAINERS_REGISTRIES_CONF", "registries.conf", Registries());
        }

        return variables;

        void Name(string variable, string file, string text)
        {
            // A variable that is set already is an operator's decision.
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
            {
                return;
            }

            var path = Path.Combine(folder, file);
            File.WriteAllText(path, text);
            variables[variable] = path;
        }
    }

    // Debian ships these files with comments only.
    private static bool IsInUse(string path) =>
        File.Exists(path) && File.ReadLines(path).Any(line => line.Trim() is { Length: > 0 } text && text[0] is not ('#' or '['));

    private static string Both(long hard, long most) => $"{Math.Min(hard, most)}:{Math.Min(hard, most)}";
}
