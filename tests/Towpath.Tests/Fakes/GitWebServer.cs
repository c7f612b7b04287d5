using System.Globalization;
using System.Net;
using System.Text;
using Towpath.Engines.Git;

namespace Towpath.Tests.Fakes;

/// <summary>A web server of bare repositories that wants a login, as GitLab and its like do; git's own program answers.</summary>
internal sealed class GitWebServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly GitHttpBackend _backend;
    private readonly string _wanted;
    private readonly Task _serving;

    public GitWebServer(string root, string user, string password)
    {
        _backend = new GitHttpBackend(root, TimeSpan.FromSeconds(30));
        _wanted = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        for (var port = Random.Shared.Next(20_000, 29_000); ; port++)
        {
            try
            {
                Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");
                _listener.Prefixes.Clear();
                _listener.Prefixes.Add(Url);
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (port < 30_000)
            {
                // Somebody else has it.
            }
        }

        _serving = Task.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>Requests that came without the login, or with another one.</summary>
    public int Refused { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // It was stopped, or a client went.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var response = context.Response;
        if (context.Request.Headers["Authorization"] != _wanted)
        {
            Refused++;
            response.StatusCode = 401;
            response.AddHeader("WWW-Authenticate", "Basic realm=\"git\"");
            return;
        }

        var parts = context.Request.Url!.AbsolutePath.Trim('/').Split('/');
        var advertises = context.Request.HttpMethod == "GET";
        var call = new GitCall(parts[0], advertises ? context.Request.QueryString["service"]! : parts[^1], advertises, "towpath")
        {
            Length = context.Request.ContentLength64 >= 0 && !advertises ? context.Request.ContentLength64 : null,
            Encoding = context.Request.Headers["Content-Encoding"],
            Protocol = context.Request.Headers["Git-Protocol"],
        };
        await _backend.RunAsync(call, context.Request.InputStream, async (head, output, token) =>
        {
            (response.StatusCode, response.ContentType) = (head.Status, head.ContentType);
            await output.CopyToAsync(response.OutputStream, token);
        }, CancellationToken.None);
    }
}
