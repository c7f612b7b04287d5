using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;

namespace Towpath.Engines.Git;

/// <summary>
/// Runs the git program so that only the repository and the arguments count: no configuration of the user or the system, no
/// hook, no prompt, and no variable of a git that may have started us (a hook sets <c>GIT_DIR</c>).
/// </summary>
internal static class GitProcess
{
    private const int MaxErrorLines = 20;

    private static readonly string[] Settings =
    [
        "safe.directory=*", // the control plane may run as another user than the owner; everything that would run code is off
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
        "core.quotePath=false",
        "protocol.allow=never",
        "protocol.ext.allow=never",
        "i18n.logOutputEncoding=UTF-8",
        "log.showSignature=false",
        "advice.detachedHead=false",
    ];

    /// <summary>Runs git and gives its standard output to <paramref name="read"/>; ends it when that fails.</summary>
    /// <returns>Exit code, the result of <paramref name="read"/>, and the last lines of standard error.</returns>
    /// <exception cref="DiagnosticException">Git is missing or did not end within <paramref name="limit"/>.</exception>
    public static async Task<(int ExitCode, T Result, IReadOnlyList<string> Errors)> RunAsync<T>(
        string folder,
        IReadOnlyList<string> arguments,
        TimeSpan limit,
        Func<Stream, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken,
        IEnumerable<KeyValuePair<string, string>>? variables = null)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        using var process = Start(folder, arguments, variables);
        process.StandardInput.Close();
        var errors = ReadErrorsAsync(process.StandardError);
        try
        {
            var result = await read(process.StandardOutput.BaseStream, timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, result, await errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitTimedOut(arguments[0], limit));
        }
        finally
        {
            await EndAsync(process);
            await errors;
        }
    }

    /// <summary>Runs git and gives its standard output as text without the last line end.</summary>
    public static Task<(int ExitCode, string Result, IReadOnlyList<string> Errors)> RunAsync(
        string folder, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellationToken) =>
        RunAsync(
            folder,
            arguments,
            limit,
            async (stream, token) =>
            {
                using var reader = new StreamReader(stream, Encoding.UTF8);
                return (await reader.ReadToEndAsync(token)).TrimEnd('\n');
            },
            cancellationToken);

    /// <summary>Starts git; its input is open.</summary>
    /// <param name="folder">Working folder.</param>
    /// <param name="arguments">What git gets, after the settings that hold for every call.</param>
    /// <param name="variables">Variables beside those that hold for every call.</param>
    /// <exception cref="DiagnosticException">Git is missing.</exception>
    public static Process Start(string folder, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>>? variables = null)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var setting in Settings)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }

        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in variables ?? []) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitMissing());
        }
    }

    /// <summary>The last lines of standard error, once it is closed.</summary>
    public static async Task<IReadOnlyList<string>> ReadErrorsAsync(StreamReader reader)
    {
        var last = new Queue<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (last.Count == MaxErrorLines)
                last.Dequeue();
            last.Enqueue(line);
        }

        return [.. last];
    }

    /// <summary>Ends a process that still runs, with what it started.</summary>
    public static async Task EndAsync(Process process)
    {
        if (process.HasExited)
            return;

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }
}
