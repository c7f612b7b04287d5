using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Towpath.Core.Environments;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Environments;

/// <summary>Result of one readiness check.</summary>
/// <param name="Ready">It passed.</param>
/// <param name="Detail">What was found, for people.</param>
public sealed record ProbeResult(bool Ready, string Detail);

/// <summary>
/// Asks a replica whether it can take work, from outside. Neither engine can be left to do it: Podman runs health checks only
/// under systemd, and an image without a shell has no command to run.
/// </summary>
public sealed class ReadinessProbe(IContainerEngine engine) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // Each check opens its own connection: an idle one would hold back a process that is asked to end.
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectTimeout = TimeSpan.FromSeconds(2),
    });

    /// <summary>One check; never throws but for cancellation.</summary>
    public async Task<ProbeResult> CheckAsync(Readiness readiness, string container, string address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(readiness.Timeout);
        try
        {
            return readiness.Kind switch
            {
                ReadinessKind.Http => await HttpAsync(readiness, address, limit.Token),
                ReadinessKind.Tcp => await TcpAsync(readiness, address, limit.Token),
                ReadinessKind.Exec => await ExecAsync(readiness, container, cancellationToken),
                _ => new ProbeResult(false, "its process has not settled"),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeResult(false, string.Create(CultureInfo.InvariantCulture, $"no answer within {readiness.Timeout.TotalSeconds:0.#} s"));
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            return new ProbeResult(false, (e.InnerException ?? e).Message);
        }
        catch (EngineException e)
        {
            return new ProbeResult(false, e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<ProbeResult> HttpAsync(Readiness readiness, string address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder("http", address, readiness.Port) { Path = "/" }.Uri);
        request.RequestUri = new Uri(request.RequestUri!, readiness.Path);
        request.Headers.ConnectionClose = true;
        request.Headers.UserAgent.ParseAdd("towpath-readiness");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var ready = response.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.BadRequest;
        return new ProbeResult(ready, $"it answered {(int)response.StatusCode}");
    }

    private static async Task<ProbeResult> TcpAsync(Readiness readiness, string address, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(address), readiness.Port, cancellationToken);
        return new ProbeResult(true, "it accepted a connection");
    }

    private async Task<ProbeResult> ExecAsync(Readiness readiness, string container, CancellationToken cancellationToken)
    {
        var result = await engine.ExecAsync(container, readiness.Command, readiness.Timeout, cancellationToken);
        var said = result.Output.Trim();
        return new ProbeResult(result.ExitCode == 0, $"exit code {result.ExitCode}{(said.Length == 0 ? "" : ", " + (said.Length > 200 ? said[..200] + "…" : said))}");
    }
}
