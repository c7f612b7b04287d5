using System.Diagnostics;
using System.Text;

namespace Towpath.Engines.Host;

/// <summary>Runs other programs with argument lists: no shell reads the words.</summary>
internal static class Programs
{
    private const int MaxOutput = 64 * 1024;

    /// <summary>Path of a program, or null. Looks in the superuser's folders too, which a plain user's PATH leaves out.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin"])
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="file">Program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables added to our own.</param>
    /// <param name="line">Hears each line of both streams.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <returns>Exit code, and the last 64 KiB of what it wrote.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">The program is not there.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string file,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Action<string> line,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        process.StandardInput.Close();
        var output = new StringBuilder();
        var gate = new Lock();
        try
        {
            await Task.WhenAll(PumpAsync(process.StandardOutput), PumpAsync(process.StandardError), process.WaitForExitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, output.ToString());

        async Task PumpAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } text)
            {
                lock (gate)
                {
                    output.Append(text).Append('\n');
                    output.Remove(0, Math.Max(0, output.Length - MaxOutput));
                }

                line(text);
            }
        }
    }
}
