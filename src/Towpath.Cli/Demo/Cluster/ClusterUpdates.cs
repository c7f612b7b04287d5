using System.Globalization;
using Towpath.Cli.Client;
using Towpath.Cli.Commands;
using Towpath.Cli.Host;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Demo.Cluster;

/// <summary>One rolling update of an environment.</summary>
/// <param name="Release">The release that came.</param>
/// <param name="Took">From the request to the read-back digests.</param>
/// <param name="KilledAfter">When the control plane was killed on the way; null where it was left alone.</param>
internal sealed record ClusterUpdate(string Release, TimeSpan Took, TimeSpan? KilledAfter);

/// <summary>
/// Replaces what runs in an environment again and again, by two releases in turn that both ran there before; in every second update the control
/// plane is killed by SIGKILL at another moment of it.
/// </summary>
/// <param name="invocation">Whose control plane.</param>
/// <param name="plane">The control plane; answers again when it was started again.</param>
internal sealed class ClusterUpdates(Invocation invocation, IControlPlane plane)
{
    /// <summary>How many there can be.</summary>
    public const int Most = 200;

    // Spread over a deployment, none of them twice in twenty rounds.
    private const double Stride = 0.37;
    private const double LastMoment = 0.9;

    private readonly TimeProvider _time = invocation.Surroundings.Time;

    /// <summary>Does them.</summary>
    /// <exception cref="DiagnosticException">TP7131: one did not arrive.</exception>
    public async Task<IReadOnlyList<ClusterUpdate>> RunAsync(string application, string environment, IReadOnlyList<string> releases, int rounds, CancellationToken cancellationToken)
    {
        var mayKill = await MayKillAsync(application, cancellationToken);
        var updates = new List<ClusterUpdate>();
        for (var round = 1; round <= rounds; round++)
        {
            var typical = updates.Count == 0 ? TimeSpan.FromSeconds(20) : updates.Where(u => u.KilledAfter is null).Aggregate(TimeSpan.Zero, (sum, u) => sum + u.Took) / updates.Count(u => u.KilledAfter is null);
            TimeSpan? moment = mayKill && round % 2 == 0 ? typical * (round * Stride % LastMoment) : null;
            var release = releases[round % releases.Count];
            invocation.Terminal.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"update {round} of {rounds}: {release} in {environment}{(moment is { } at ? $", the control plane is killed after {Plain.Duration(at)}" : "")}"));
            updates.Add(await UpdateAsync(application, environment, release, moment, cancellationToken));
        }

        return updates;
    }

    private async Task<ClusterUpdate> UpdateAsync(string application, string environment, string release, TimeSpan? moment, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var answer = await plane.PromoteAsync(application, new PromoteRequest(environment, release, "demo"), cancellationToken);
        if (answer.Deployment is not { } deployment)
        {
            throw Differs($"{release} enters {environment} again", answer.Text);
        }

        var killed = moment is { } at ? KillAsync(at, cancellationToken) : Task.CompletedTask;
        var result = await new Following(plane, invocation.Terminal, _time).DeploymentAsync(application, deployment, answer, cancellationToken);
        await killed;
        return result.Outcome == ExitCode.Success ? new ClusterUpdate(release, _time.GetElapsedTime(began), moment) : throw Differs($"{release} enters {environment} again", result.Text);
    }

    // As a machine that loses power: nothing is put in order. Another one takes over with what stands in the store and in the cluster.
    private async Task KillAsync(TimeSpan moment, CancellationToken cancellationToken)
    {
        await Task.Delay(moment, _time, cancellationToken);
        if (ServeRecord.ReadLiving(invocation.Paths) is not { } record || !Native.Signal(record.Pid, Native.Kill))
        {
            return;
        }

        while (record.IsAlive())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
        }

        await invocation.Background(new Uri(record.Url).Port).ConnectAsync(start: true, _ => { }, _time, cancellationToken);
    }

    private async Task<bool> MayKillAsync(string application, CancellationToken cancellationToken)
    {
        var others = (await plane.ApplicationsAsync(cancellationToken)).Where(name => name != application).ToArray();
        if (others.Length > 0)
        {
            invocation.Terminal.Say($"the control plane is not killed on the way: it carries {string.Join(", ", others)} too");
        }

        return others.Length == 0;
    }

    private static DiagnosticException Differs(string expected, string saw) => new(ExitCode.DeploymentFailed, CliDiagnostics.DemoDiffers(expected, saw));
}
