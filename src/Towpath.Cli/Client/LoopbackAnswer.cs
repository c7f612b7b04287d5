using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Towpath.Cli.Client;

/// <summary>
/// Waits on a free port of the loopback interface for what a browser brings back from the control plane (RFC 8252, 7.3). Whoever else comes by, another page or another program on this machine, does not know the
/// state, and is sent away; it is waited on.
/// </summary>
internal sealed class LoopbackAnswer : IAsyncDisposable
{
    private const int MostConnections = 16;
    private const int MostOfCode = 200;
    private const long NoBody = 0;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _host;
    private readonly string _state;
    private readonly TaskCompletionSource<string?> _code = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoopbackAnswer(string state)
    {
        _state = state;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = NoBody;
            kestrel.Limits.RequestHeadersTimeout = Patience;
            kestrel.Limits.KeepAliveTimeout = Patience;
        });
        _host = builder.Build();
        _host.Run(AnswerAsync);
    }

    /// <summary>Where the browser is sent: <c>http://127.0.0.1:PORT/</c>.</summary>
    public string Redirect { get; private set; } = "";

    /// <summary>The code, once it is there; null where somebody said no.</summary>
    public Task<string?> Code => _code.Task;

    /// <summary>Begins to listen.</summary>
    public static async Task<LoopbackAnswer> ListenAsync(string state, CancellationToken cancellationToken)
    {
        var answer = new LoopbackAnswer(state);
        await answer._host.StartAsync(cancellationToken);
        answer.Redirect = answer._host.Urls.Single().TrimEnd('/') + "/";
        return answer;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        // A page elsewhere may point a name of its own at this address.
        if (!HttpMethods.IsGet(request.Method) || request.Path != "/" || $"http://{request.Host.Value}/" != Redirect) return SayAsync(context, StatusCodes.Status404NotFound, "There is nothing here.");
        if (!IsOurs(One(request, "state"))) return SayAsync(context, StatusCodes.Status400BadRequest, "This is not the answer that is waited for.");
        if (One(request, "code") is { Length: > 0 and <= MostOfCode } code) _code.TrySetResult(code);
        else if (One(request, "error") is not null) _code.TrySetResult(null);
        else return SayAsync(context, StatusCodes.Status400BadRequest, "This is not the answer that is waited for.");
        return SayAsync(context, StatusCodes.Status200OK, "The command line has its answer. You can close this page.");
    }

    private bool IsOurs(string? state) => state is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(_state));

    private static string? One(HttpRequest request, string name) => request.Query[name] is [{ } value] ? value : null;

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.Connection = "close";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
