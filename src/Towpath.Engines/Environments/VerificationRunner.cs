using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Engines.Environments;

/// <summary>Asks through the gateway, as a user would, until the answer is right or the probe's time is over.</summary>
internal static class VerificationRunner
{
    private const int LongestBody = 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly HttpMessageInvoker Entry =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.Zero });

    /// <summary>At the public entry.</summary>
    public static Task RunAsync(EnvironmentDesired desired, string name, int port, CancellationToken cancellationToken) =>
        RunAsync(desired, name, $"http://{desired.Environment.Address}:{port.ToString(CultureInfo.InvariantCulture)}", Entry, null, cancellationToken);

    /// <summary>At one replica, whether it takes requests or not.</summary>
    public static Task RunPrivatelyAsync(
        EnvironmentDesired desired, string name, HttpMessageInvoker route, string replica, CancellationToken cancellationToken) =>
        RunAsync(desired, name, $"http://{desired.Environment.Address}", route, replica, cancellationToken);

    private static async Task RunAsync(
        EnvironmentDesired desired, string name, string origin, HttpMessageInvoker route, string? replica, CancellationToken cancellationToken)
    {
        var probe = desired.Environment.Verify.First(p => p.Name == name);
        var address = new Uri(origin + probe.Path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(probe.Timeout);
        var reason = "no answer";
        while (true)
        {
            try
            {
                if (await AskAsync(route, address, replica, probe, limit.Token) is not { } wrong) return;
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
    private static async Task<string?> AskAsync(
        HttpMessageInvoker route, Uri address, string? replica, VerificationProbe probe, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.ParseAdd("towpath-verification");
        if (replica is not null) request.Headers.Add(HaproxyConfiguration.ServerHeader, replica);
        using var response = await route.SendAsync(request, cancellationToken);
        var who = replica is null ? "it" : $"replica {replica}";
        if (replica is not null && !(response.Headers.TryGetValues(HaproxyConfiguration.ServerHeader, out var answered) && answered.Contains(replica)))
            return $"{who} did not answer, but the gateway in its place: {(int)response.StatusCode}";
        if ((int)response.StatusCode != probe.ExpectStatus)
            return $"{who} answered {(int)response.StatusCode}, not {probe.ExpectStatus}";
        if (probe.ExpectBody is not { } text) return null;
        await response.Content.LoadIntoBufferAsync(LongestBody, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return body.Contains(text, StringComparison.Ordinal) ? null : $"{(replica is null ? "its answer" : $"the answer of {who}")} does not contain \"{text}\"";
    }
}
