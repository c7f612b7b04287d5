using System.Diagnostics;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

public sealed partial class DockerApiEngine
{
    private const int MaxExecOutput = 64 * 1024;
    private const int ExecPolls = 50;
    private static readonly TimeSpan ExecPoll = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public async Task<ExecResult> ExecAsync(
        string container, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var created = await _transport.PostAsync(
            $"containers/{Escape(container)}/exec",
            new ExecBody([.. command], AttachStdout: true, AttachStderr: true),
            EngineJson.Default.ExecBody,
            EngineJson.Default.CreatedAnswer,
            cancellationToken);
        var id = created.Id ?? throw new EngineException(EngineError.Other, "The engine made a command and did not say its identifier.");
        try
        {
            var output = await EngineTransport.GuardAsync(token => RunExecAsync(id, token), timeout, cancellationToken);
            return new ExecResult(await ExitCodeAsync(id, cancellationToken), output);
        }
        catch (Exception e) when (e is EngineException { Error: EngineError.TimedOut } or OperationCanceledException)
        {
            await KillExecAsync(id);
            throw;
        }
    }

    private async Task<string> RunExecAsync(string id, CancellationToken cancellationToken)
    {
        using var body = EngineTransport.JsonBody(new ExecStartBody(Detach: false, Tty: false), EngineJson.Default.ExecStartBody);
        using var response = await _transport.SendAsync(HttpMethod.Post, $"exec/{id}/start", body, Timeout.InfiniteTimeSpan, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await AttachedOutput.ReadAsync(stream, MaxExecOutput, cancellationToken);
    }

    // The output can end a moment before the engine has noted the exit code.
    private async Task<int> ExitCodeAsync(string id, CancellationToken cancellationToken)
    {
        for (var poll = 1; ; poll++)
        {
            var answer = await _transport.GetAsync($"exec/{id}/json", EngineJson.Default.ExecAnswer, cancellationToken);
            if (!answer.Running && answer.ExitCode is { } code)
            {
                return code;
            }

            if (poll == ExecPolls)
            {
                throw new EngineException(EngineError.TimedOut, "The engine does not tell how the command ended.");
            }

            await Task.Delay(ExecPoll, _time, cancellationToken);
        }
    }

    // Hanging up does not end the process, and the API has no call that does. The engine is on this machine, so a signal reaches it.
    private async Task KillExecAsync(string id)
    {
        try
        {
            var answer = await _transport.GetAsync($"exec/{id}/json", EngineJson.Default.ExecAnswer, CancellationToken.None);
            if (answer is { Running: true, Pid: > 0 })
            {
                using var process = Process.GetProcessById(answer.Pid);
                process.Kill();
            }
        }
        catch (Exception e) when (e is EngineException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself, or it goes with its container: the caller's time-out is the news.
        }
    }
}
