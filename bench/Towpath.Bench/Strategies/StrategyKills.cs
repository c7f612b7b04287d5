using System.Diagnostics;
using System.Globalization;
using Towpath.Core.Containers;

namespace Towpath.Bench.Strategies;

/// <summary>What may be killed in a round, by SIGKILL.</summary>
internal enum Victim
{
    /// <summary>The control plane.</summary>
    Control,

    /// <summary>A replica that takes requests.</summary>
    Replica,

    /// <summary>The gateway's proxy.</summary>
    Gateway,

    /// <summary>The name server of Podman's networks.</summary>
    Dns,

    /// <summary>Podman's service.</summary>
    Service,
}

/// <summary>Kills a process of the stage's containers.</summary>
internal static class StrategyKills
{
    public static async Task KillAsync(StrategyStage stage, Victim victim, Random random, CancellationToken cancellationToken)
    {
        var pid = victim switch
        {
            Victim.Replica => await PidAsync(stage, ContainerLabels.RoleReplica, random, cancellationToken),
            Victim.Gateway => await PidAsync(stage, ContainerLabels.RoleGateway, random, cancellationToken),
            Victim.Dns => NameServer(),
            Victim.Service => stage.ServicePid(),
            _ => throw new BenchException($"{victim} is not killed here"),
        };
        if (pid is not { } living) return;
        try
        {
            using var process = Process.GetProcessById(living);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It ended meanwhile.
        }
    }

    private static async Task<int?> PidAsync(StrategyStage stage, string role, Random random, CancellationToken cancellationToken)
    {
        var running = (await stage.Engine.ListContainersAsync(
            [$"{ContainerLabels.Application}={stage.Application}", $"{ContainerLabels.Role}={role}"], cancellationToken))
            .Where(c => c.State == ContainerState.Running).ToList();
        return running.Count == 0 ? null : (await stage.Engine.InspectContainerAsync(running[random.Next(running.Count)].Name, cancellationToken))?.Pid;
    }

    private static int? NameServer()
    {
        foreach (var process in Process.GetProcessesByName("aardvark-dns"))
            using (process)
                return process.Id;
        return null;
    }

    /// <summary>The victims of a list such as <c>control,replica</c>.</summary>
    /// <exception cref="BenchException">One is not known.</exception>
    public static Victim[] Parse(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(word =>
            Enum.TryParse<Victim>(word, ignoreCase: true, out var victim) && !int.TryParse(word, CultureInfo.InvariantCulture, out _)
                ? victim
                : throw new BenchException($"{word} can't be killed; {string.Join(", ", Enum.GetNames<Victim>()).ToLowerInvariant()} can"))];
}
