using System.ComponentModel;
using System.Diagnostics;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>Runs a plugin: no shell, no terminal, bounded in time and output. What it writes to either stream reaches no message, since it may hold a token.</summary>
internal static class ExecPluginRunner
{
    /// <summary>How long a plugin may take: some call a provider, which may be slow.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private const int MaxOutput = 1024 * 1024;

    /// <summary>Asks a plugin for credentials.</summary>
    /// <exception cref="DiagnosticException">It gave none.</exception>
    public static async Task<ExecCredential> RunAsync(ExecPlugin plugin, TimeSpan bound, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(bound);
        using var process = Start(plugin);
        try
        {
            process.StandardInput.Close();
            var errors = DrainAsync(process.StandardError.BaseStream, limit.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, limit.Token) ?? throw Failed(plugin, "it wrote more than a MiB");
            await errors;
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0) throw Failed(plugin, $"it ended with {process.ExitCode}");
            return ExecCredential.Read(output, plugin.ApiVersion, out var problem) ?? throw Failed(plugin, problem);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(plugin, $"it did not end within {bound.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(ExecPlugin plugin)
    {
        var start = new ProcessStartInfo(plugin.Command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in plugin.Arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in plugin.Variables) start.Environment[name] = value.Reveal();
        start.Environment["KUBERNETES_EXEC_INFO"] = plugin.Info;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw Failed(plugin, "it can't be started; is it installed?");
        }
    }

    private static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[8192];
        for (int length; (length = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (read.Length + length > MaxOutput) return null;
            read.Write(buffer, 0, length);
        }

        return read.ToArray();
    }

    private static async Task DrainAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        while (await stream.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }

    private static DiagnosticException Failed(ExecPlugin plugin, string problem) =>
        new(ExitCode.EngineUnavailable, KubeconfigDiagnostics.PluginFailed(plugin.Place, plugin.Command, problem, plugin.InstallHint));
}
