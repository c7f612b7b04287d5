using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Demo;

/// <summary>Brings a release through the gates of an environment as people would: promote, say yes in each role, wait where time must pass.</summary>
/// <param name="plane">The control plane.</param>
/// <param name="terminal">Where it is told.</param>
/// <param name="time">For pauses.</param>
internal sealed class DemoGates(IControlPlane plane, ITerminal terminal, TimeProvider time)
{
    private const int Attempts = 120;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly string[] Roles = ["dev", "ops"];
    private DiagnosticException? _closed;

    /// <summary>Enters.</summary>
    /// <returns>The deployment that started.</returns>
    /// <exception cref="DiagnosticException">A gate stays closed.</exception>
    public async Task<DeploymentAnswer> EnterAsync(string application, string environment, string release, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var promote = new PromoteRequest(environment, release, "demo");
            var answer = await TryAsync(() => plane.PromoteAsync(application, promote, cancellationToken));
            answer = answer?.Deployment is null && attempt == 0 ? await ConfirmAsync(application, environment, release, cancellationToken) ?? answer : answer;
            if (answer?.Deployment is not null)
            {
                return answer;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        throw _closed ?? new DiagnosticException(
            ExitCode.GateClosed,
            CliDiagnostics.DemoDiffers($"{release} may enter {environment}", "it was promoted and confirmed, and still no deployment began"));
    }

    private async Task<DeploymentAnswer?> ConfirmAsync(string application, string environment, string release, CancellationToken cancellationToken)
    {
        DeploymentAnswer? answer = null;
        foreach (var role in Roles)
        {
            var confirm = new ConfirmRequest(environment, release, role, $"demo-{role}");
            answer = await TryAsync(() => plane.ConfirmAsync(application, confirm, cancellationToken));
            if (answer is not null)
            {
                terminal.Say($"{confirm.Actor} confirms {release} for {environment} as {role}");
            }

            if (answer?.Deployment is not null)
            {
                break;
            }
        }

        return answer;
    }

    // A closed gate may open: by the next yes, or as time goes by. A role that nobody asked for is no failure either.
    private async Task<DeploymentAnswer?> TryAsync(Func<Task<DeploymentAnswer>> ask)
    {
        try
        {
            return await ask();
        }
        catch (DiagnosticException exception) when (exception.ExitCode is ExitCode.GateClosed or ExitCode.Busy)
        {
            _closed = exception;
            return null;
        }
    }
}
