namespace Towpath.Engines.Containers;

/// <summary>Tells quickly whether a registry can be reached: an engine's own pull takes up to a minute to give up.</summary>
public interface IRegistryProbe
{
    /// <summary>Whether the host answers HTTPS at all; any status counts, a login may still be asked for.</summary>
    /// <param name="host">Host of the registry as it stands in a reference, such as <c>docker.io</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<bool> AnswersAsync(string host, CancellationToken cancellationToken);
}

/// <summary>Asks <c>/v2/</c> of the registry once, with a short time-out.</summary>
public sealed class HttpsRegistryProbe : IRegistryProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<bool> AnswersAsync(string host, CancellationToken cancellationToken)
    {
        // The name that people write is not the host that serves.
        var server = host == "docker.io" ? "registry-1.docker.io" : host;
        using var client = new HttpClient { Timeout = Timeout };
        try
        {
            using var response = await client.GetAsync(new Uri($"https://{server}/v2/"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
