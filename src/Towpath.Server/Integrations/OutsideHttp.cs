namespace Towpath.Server.Integrations;

/// <summary>How other people's servers are called: certificates are verified, redirects are not followed, no cookies are kept, and headers are bounded. Times and bodies are the caller's to bound.</summary>
internal static class OutsideHttp
{
    /// <summary>Most of an answer's headers, in KB.</summary>
    public const int UsualHeaders_KB = 16;

    /// <summary>A client with its own connections.</summary>
    /// <param name="mostOfHeaders_KB">Most of an answer's headers.</param>
    public static HttpClient Client(int mostOfHeaders_KB = UsualHeaders_KB) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxResponseHeadersLength = mostOfHeaders_KB,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Nothing of ours belongs into a stranger's traces.
        ActivityHeadersPropagator = null,
    })
    { Timeout = Timeout.InfiniteTimeSpan };
}
