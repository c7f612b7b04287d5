using System.Diagnostics;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers;

/// <summary>Makes the root file system with <c>mmdebstrap</c>, from the mirror that this machine already uses.</summary>
public sealed class MmdebstrapRootFileSystem : IRootFileSystem
{
    private const string Suite = "bookworm";
    private const int TailLines = 8;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    // What the public slim images leave out, too; dpkg in the image keeps to it.
    private static readonly string[] Options =
    [
        "--variant=minbase",
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
    ];

    private readonly string _program;
    private readonly string _aptFolder;

    /// <summary>One that runs the installed program and reads the machine's sources.</summary>
    /// <param name="program">Name or path of <c>mmdebstrap</c>.</param>
    /// <param name="aptFolder">Where apt keeps its sources.</param>
    public MmdebstrapRootFileSystem(string program = "mmdebstrap", string aptFolder = "/etc/apt")
    {
        _program = program;
        _aptFolder = aptFolder;
    }

    /// <inheritdoc/>
    public async Task<Stream> MakeAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        // To a file first: an import would take a torn archive for a whole one.
        var path = Path.Combine(Path.GetTempPath(), $"towpath-rootfs-{Guid.NewGuid():N}.tar");
        try
        {
            await RunAsync(path, progress, cancellationToken);
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private async Task RunAsync(string path, Action<string> progress, CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(Timeout);
        using var process = Start(path);
        var tail = new Queue<string>();
        try
        {
            while (await process.StandardError.ReadLineAsync(bounded.Token) is { } line)
            {
                progress(line);
                tail.Enqueue(line);
                if (tail.Count > TailLines)
                {
                    tail.Dequeue();
                }
            }

            await process.WaitForExitAsync(bounded.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            tail.Enqueue($"It did not end within {Timeout.TotalMinutes:0} minutes.");
        }

        if (process.ExitCode != 0)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, BaseImageDiagnostics.BootstrapFailed(process.ExitCode, [.. tail]));
        }
    }

    private Process Start(string path)
    {
        var start = new ProcessStartInfo(_program) { RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])[.. Options, Suite, path, .. HostSources()])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, BaseImageDiagnostics.BootstrapMissing());
        }
    }

    /// <summary>
    /// The machine's own Debian sources for the suite, in a form that mmdebstrap takes, so that a company's mirror is used;
    /// none of other vendors. Empty (mmdebstrap's defaults) on a machine that runs something else.
    /// </summary>
    internal IReadOnlyList<string> HostSources()
    {
        var stanzas = Path.Combine(_aptFolder, "sources.list.d", "debian.sources");
        if (File.Exists(stanzas) && File.ReadLines(stanzas).Any(l => l.StartsWith("Suites:", StringComparison.Ordinal) && l.Contains(Suite, StringComparison.Ordinal)))
        {
            return [stanzas];
        }

        var list = Path.Combine(_aptFolder, "sources.list");
        return !File.Exists(list)
            ? []
            : [.. File.ReadLines(list).Select(l => l.Trim()).Where(l => l.StartsWith("deb ", StringComparison.Ordinal) && IsOfSuite(l))];
    }

    private static bool IsOfSuite(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Contains("main", StringComparer.Ordinal)
            && words.Any(w => w == Suite || w.StartsWith(Suite + "-", StringComparison.Ordinal) || w.StartsWith(Suite + "/", StringComparison.Ordinal));
    }
}
