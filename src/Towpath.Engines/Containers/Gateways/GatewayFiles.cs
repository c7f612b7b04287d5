using System.Text;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>
/// The gateway's folder on this machine. A file is there whole or not at all: HAProxy may read it at any moment, after a crash too.
/// </summary>
public sealed class GatewayFiles
{
    private const string CandidateSuffix = ".next";

    // The size of sun_path, less HAProxy's suffix and the final zero.
    private const int LongestSocketPath = 100;

    private readonly string _folder;

    /// <summary>Files in a folder, which is made where it is absent, closed to other users.</summary>
    /// <exception cref="DiagnosticException">The path is too long for a socket (TP5508).</exception>
    public GatewayFiles(string folder)
    {
        if (Encoding.UTF8.GetByteCount(Path.Combine(folder, HaproxyConfiguration.SocketName)) > LongestSocketPath)
            throw new DiagnosticException(ExitCode.EngineUnavailable, GatewayDiagnostics.FolderTooLong(folder, LongestSocketPath));
        _folder = folder;
    }

    /// <summary>The worker's socket.</summary>
    public string SocketPath => Path.Combine(_folder, HaproxyConfiguration.SocketName);

    /// <summary>The socket of the private route.</summary>
    public string PrivateSocketPath => Path.Combine(_folder, HaproxyConfiguration.PrivateSocketName);

    /// <summary>Name of a configuration that is yet to be checked.</summary>
    public static string CandidateName => HaproxyConfiguration.FileName + CandidateSuffix;

    /// <summary>The configuration, or null before the first.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, HaproxyConfiguration.FileName);
        return File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : null;
    }

    /// <summary>Puts a configuration and the Lua file in place; HAProxy reads them at its next start or reload.</summary>
    public async Task WriteAsync(string configuration, CancellationToken cancellationToken)
    {
        await WriteAsync(HaproxyConfiguration.LuaFileName, HaproxyConfiguration.Lua, cancellationToken);
        await WriteAsync(HaproxyConfiguration.FileName, configuration, cancellationToken);
    }

    /// <summary>Lays a configuration beside the current one, to be checked.</summary>
    public async Task WriteCandidateAsync(string configuration, CancellationToken cancellationToken)
    {
        await WriteAsync(HaproxyConfiguration.LuaFileName, HaproxyConfiguration.Lua, cancellationToken);
        await WriteAsync(CandidateName, configuration, cancellationToken);
    }

    /// <summary>Makes the configuration that was checked the current one.</summary>
    public void AcceptCandidate() =>
        File.Move(Path.Combine(_folder, CandidateName), Path.Combine(_folder, HaproxyConfiguration.FileName), overwrite: true);

    private async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var target = Path.Combine(_folder, name);
        var temporary = target + ".tmp";
        await using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 4096, FileOptions.Asynchronous))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, target, overwrite: true);
    }
}
