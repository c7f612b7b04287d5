using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Engines.Environments;

/// <summary>Asks through the gateway, as a user would, until the answer is right or the probe's time is over.</summary>
internal static class VerificationRunner
{
    private const int LongestBody = 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        MaxResponseContentBufferSize = LongestBody,
    };

    public static async Task RunAsync(EnvironmentDesired desired, string name, int port, CancellationToken cancellationToken)
    {
        var probe = desired.Environment.Verify.First(p => p.Name == name);
        var address = new Uri($"http://{desired.Environment.Address}:{port.ToString(CultureInfo.InvariantCulture)}{probe.Path}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(probe.Timeout);
        var reason = "no answer";
        while (true)
        {
            try
            {
                if (await AskAsync(address, probe, limit.Token) is not { } wrong) return;
                reason = wrong;
                await Task.Delay(Pause, limit.Token);
            }
            catch (HttpRequestException e)
            {
                reason = e.Message;
                await DelayUnlessOver(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The probe's own time is over.
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
                throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.VerificationFailed(desired.Environment.Name, probe, reason));
        }
    }

    private static Task DelayUnlessOver(CancellationToken limit) =>
        Task.Delay(Pause, limit).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>What is wrong with the answer, or null.</summary>
    private static async Task<string?> AskAsync(Uri address, VerificationProbe probe, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.ParseAdd("towpath-verification");
        using var response = await Http.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode != probe.ExpectStatus)
            return $"it answered {(int)response.StatusCode}, not {probe.ExpectStatus}";
        if (probe.ExpectBody is not { } text) return null;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return body.Contains(text, StringComparison.Ordinal) ? null : $"its answer does not contain \"{text}\"";
    }
}
