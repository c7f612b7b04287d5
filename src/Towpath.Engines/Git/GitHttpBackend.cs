using System.Globalization;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;

namespace Towpath.Engines.Git;

/// <summary>
/// <c>git http-backend</c> for bare repositories below one folder, by the CGI environment that its manual names. Which repository and which service is said by
/// the caller: nothing of a request's address reaches it.
/// </summary>
/// <param name="root">Absolute path of the folder.</param>
/// <param name="limit">One call takes at most this long.</param>
public sealed class GitHttpBackend(string root, TimeSpan limit)
{
    private const int LongestHead = 8 * 1024;

    /// <summary>Runs one call. Both directions flow at once: git answers while it still reads.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="body">Body of the request.</param>
    /// <param name="answer">Takes the head, and the body as it comes, until git has closed it.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="DiagnosticException">Git is missing, failed, or did not end in time.</exception>
    public async Task RunAsync(GitCall call, Stream body, Func<GitHead, Stream, CancellationToken, Task> answer, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        using var process = GitProcess.Start(root, [.. call.Settings.Append("http.receivepack=true").SelectMany(setting => new[] { "-c", setting }), "http-backend"], Variables(call));
        var errors = GitProcess.ReadErrorsAsync(process.StandardError);
        var (asking, answering) = (Task.CompletedTask, Task.CompletedTask);
        try
        {
            asking = SendAsync(body, process.StandardInput.BaseStream, timeout.Token);
            answering = AnswerAsync(process.StandardOutput.BaseStream, answer, timeout.Token);
            // A request that breaks off is the cause; what git makes of it is not.
            if (await Task.WhenAny(asking, answering) == asking) await asking;
            await answering;
            await process.WaitForExitAsync(timeout.Token);
            if (process.ExitCode != 0) throw new DiagnosticException(ExitCode.PipelineFailed, SourceDiagnostics.GitServiceFailed([.. await errors]));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DiagnosticException(ExitCode.Busy, Core.Pipelines.PipelineDiagnostics.GitTimedOut(call.Service, limit));
        }
        finally
        {
            // One direction may still wait for the other end: a client that says nothing more, or that reads nothing.
            await timeout.CancelAsync();
            await GitProcess.EndAsync(process);
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await errors;
        }
    }

    private Dictionary<string, string> Variables(GitCall call)
    {
        var variables = new Dictionary<string, string>
        {
            ["GIT_PROJECT_ROOT"] = root,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["REQUEST_METHOD"] = call.Advertises ? "GET" : "POST",
            ["PATH_INFO"] = call.Advertises ? $"/{call.Repository}/info/refs" : $"/{call.Repository}/{call.Service}",
            ["QUERY_STRING"] = call.Advertises ? $"service={call.Service}" : "",
            ["REMOTE_USER"] = call.Account,
            ["REMOTE_ADDR"] = "towpath",
        };
        if (!call.Advertises) variables["CONTENT_TYPE"] = $"application/x-{call.Service}-request";
        // With an empty one, git would read nothing; without it, to the end.
        if (call.Length is { } length) variables["CONTENT_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        if (call.Encoding is { } encoding) variables["HTTP_CONTENT_ENCODING"] = encoding;
        if (call.Protocol is { } protocol) variables["HTTP_GIT_PROTOCOL"] = protocol;
        return variables;
    }

    private static async Task SendAsync(Stream body, Stream input, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            try
            {
                await input.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
            catch (IOException)
            {
                // Git has ended, and says why in its answer.
                return;
            }
        }

        try
        {
            await input.DisposeAsync();
        }
        catch (IOException)
        {
            // The same.
        }
    }

    private static async Task AnswerAsync(Stream output, Func<GitHead, Stream, CancellationToken, Task> answer, CancellationToken cancellationToken)
    {
        var buffered = new BufferedStream(output, 64 * 1024);
        await answer(await HeadAsync(buffered, cancellationToken), buffered, cancellationToken);
    }

    private static async Task<GitHead> HeadAsync(BufferedStream output, CancellationToken cancellationToken)
    {
        var (status, type) = (200, "text/plain");
        var line = new StringBuilder();
        var one = new byte[1];
        for (var bytes = 0; bytes < LongestHead && await output.ReadAsync(one, cancellationToken) == 1; bytes++)
        {
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            var text = line.ToString().TrimEnd('\r');
            if (text.Length == 0) return new GitHead(status, type);
            line.Clear();
            var (name, value) = text.Split(':', 2) is [var left, var right] ? (left, right.Trim()) : (text, "");
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase) && int.TryParse(value.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var code)) status = code;
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) type = value;
        }

        throw new DiagnosticException(ExitCode.PipelineFailed, SourceDiagnostics.GitServiceFailed(["it ended before it answered"]));
    }
}
