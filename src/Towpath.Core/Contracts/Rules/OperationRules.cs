using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts.Rules;

/// <summary>What Ops needs to run a service.</summary>
internal static class OperationRules
{
    private static readonly string[] Shells = ["sh", "bash", "ash", "dash", "zsh"];
    private static readonly string[] Sockets = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock"];

    /// <summary>TP2214: a public service describes its API.</summary>
    public static IEnumerable<Diagnostic> ApiDescribed(ContractSubject subject) =>
        subject.Service.Delivery is { Route: { } route, Api: null } ? [ServiceContractDiagnostics.NoApi(route.Location, subject.Service.Name)] : [];

    /// <summary>TP2215: someone answers for it.</summary>
    public static IEnumerable<Diagnostic> Owned(ContractSubject subject) =>
        subject.Service.Delivery.Owner is null ? [ServiceContractDiagnostics.NoOwner(subject.Service.Location, subject.Service.Name)] : [];

    /// <summary>TP2216: it has limits for CPU and memory.</summary>
    public static IEnumerable<Diagnostic> Limited(ContractSubject subject)
    {
        var limits = subject.Service.Limits;
        var missing = string.Join(" and ", new[] { limits.Cpus is null ? "CPU" : null, limits.MemoryBytes is null ? "memory" : null }.OfType<string>());
        return missing.Length == 0 ? [] : [ServiceContractDiagnostics.NoLimits(subject.At("deploy"), subject.Service.Name, missing)];
    }

    /// <summary>TP2217: it comes back when its process ends.</summary>
    public static IEnumerable<Diagnostic> Restarted(ContractSubject subject) =>
        subject.Service.Restart == RestartPolicy.No ? [ServiceContractDiagnostics.NoRestart(subject.At("restart"), subject.Service.Name)] : [];

    /// <summary>TP2218: no shell stands between the engine and the process.</summary>
    public static IEnumerable<Diagnostic> HearsSignals(ContractSubject subject)
    {
        var service = subject.Service;
        var (key, words) = service.Entrypoint is { Length: > 0 } entrypoint ? ("entrypoint", entrypoint) : ("command", service.Command ?? []);
        if (service.Init || words is not [var program, "-c" or "-ec" or "-lc", var script, ..] || !Shells.Contains(program[(program.LastIndexOf('/') + 1)..]))
        {
            return [];
        }

        // A shell runs a single simple command in its own place; anything longer needs `exec` before the last.
        var isReplaced = script.Split(['\n', ';', '&', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last]
            && last.StartsWith("exec ", StringComparison.Ordinal);
        return isReplaced ? [] : [ServiceContractDiagnostics.SignalsStop(subject.At(key), service.Name, program)];
    }

    /// <summary>TP2219: its log is on standard output.</summary>
    public static IEnumerable<Diagnostic> LogsToOutput(ContractSubject subject)
    {
        var service = subject.Service;
        foreach (var mount in service.Mounts.Where(m => !m.ReadOnly && m.Kind != MountKind.Tmpfs && IsLog(m.Target)))
        {
            yield return ServiceContractDiagnostics.LogsToFile(mount.Location, service.Name, mount.Target);
        }

        foreach (var volume in subject.Image?.Volumes.Where(v => IsLog(v.Value)) ?? [])
        {
            yield return ServiceContractDiagnostics.LogsToFile(volume.Location, service.Name, volume.Value);
        }
    }

    /// <summary>TP2221: the engine's socket stays with the host.</summary>
    public static IEnumerable<Diagnostic> NoEngineSocket(ContractSubject subject) =>
        from mount in subject.Service.Mounts
        where mount.Kind == MountKind.Bind && Sockets.Any(s => (mount.Source ?? "").EndsWith(s, StringComparison.Ordinal) || mount.Target.EndsWith(s, StringComparison.Ordinal))
        select ServiceContractDiagnostics.EngineSocket(mount.Location, subject.Service.Name, mount.Source ?? mount.Target);

    private static bool IsLog(string path) =>
        path == "/var/log" || path.StartsWith("/var/log/", StringComparison.Ordinal) || path.EndsWith("/logs", StringComparison.Ordinal) || path.EndsWith("/log", StringComparison.Ordinal)
        || path.EndsWith(".log", StringComparison.Ordinal);
}
