using System.ComponentModel;
using System.Diagnostics;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Host;

/// <summary>What a program said and how it ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);

/// <summary>Runs short programs whose output is small.</summary>
internal static class Programs
{
    /// <summary>Runs one to its end; a cancelled one is killed.</summary>
    /// <exception cref="DiagnosticException">TP7112: there is no such program.</exception>
    public static async Task<ProgramResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken,
        string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        process.StandardInput.Close();
        using var killed = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return new ProgramResult(process.ExitCode, await output, await error);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("no process");
        }
        catch (Win32Exception exception)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, CliDiagnostics.ProgramFailed(start.FileName, exception.Message));
        }
    }
}
