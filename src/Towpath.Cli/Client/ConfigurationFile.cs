using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Client;

/// <summary>The configuration of a control plane that is started: which file, and what it says.</summary>
/// <param name="Path">Full path.</param>
/// <param name="IsNamed">Somebody named it, so it must be there.</param>
internal sealed record ConfigurationFile(string Path, bool IsNamed)
{
    private const string Variable = "TOWPATH_CONFIG";
    /// <summary>Variable that names the PostgreSQL database, in place of the file.</summary>
    public const string PostgresVariable = "TOWPATH_POSTGRES";
    private const int MostBytes = 1024 * 1024;
    private const int MostOfSecret = 64 * 1024;

    // All that is not the owner's: 0077.
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>This command names it, by <c>--config</c>.</summary>
    public bool IsGiven { get; init; }

    /// <summary>The file that <c>--config</c> names, else the variable, else the usual place.</summary>
    /// <param name="option">Value of <c>--config</c>, or null.</param>
    /// <param name="surroundings">Variables and the working folder.</param>
    /// <param name="paths">Where the usual place is.</param>
    public static ConfigurationFile Find(string? option, Surroundings surroundings, Paths paths) =>
        (option ?? (surroundings.Variable(Variable) is { Length: > 0 } named ? named : null)) is { } file
            ? new ConfigurationFile(System.IO.Path.GetFullPath(file, surroundings.Folder), true) { IsGiven = option is not null }
            : new ConfigurationFile(System.IO.Path.Combine(paths.Config, "server.yaml"), false);

    /// <summary>What holds: the file, and the variables that override it. A control plane that understood half of it does not start.</summary>
    /// <exception cref="DiagnosticException">Something in the file is wrong.</exception>
    public ServerConfiguration Settle(Surroundings surroundings, Action<IEnumerable<Diagnostic>> report)
    {
        var configuration = ServerConfiguration.None;
        if (Read(surroundings.Variables()) is { } reading)
        {
            configuration = reading.Configuration ?? throw new DiagnosticException(ExitCode.InvalidInput, [.. reading.Diagnostics]);
            report(reading.Diagnostics);
        }

        return surroundings.Variable(PostgresVariable) is { Length: > 0 } postgres ? configuration with { Postgres = new Secret(postgres) } : configuration;
    }

    /// <summary>Reads it; null where there is none and none was named. What is wrong is among the diagnostics, never an exception.</summary>
    /// <param name="variables">Environment variables for its values.</param>
    public ConfigurationReading? Read(IReadOnlyDictionary<string, string> variables)
    {
        if (!IsNamed && !File.Exists(Path) && !Directory.Exists(Path))
        {
            return null;
        }

        var (bytes, _, problem) = TryRead(Path, MostBytes);
        return bytes is null
            ? new ConfigurationReading(null, [ConfigurationDiagnostics.NoFile(Path, problem!)])
            : ConfigurationReader.Read(Path, bytes, new ConfigurationInputs(variables, ReadSecret));
    }

    /// <summary>The full path of a file that is named in it: a relative one begins at its folder.</summary>
    public string PathOf(string path) => System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(Path)!);

    private SecretFile ReadSecret(string path)
    {
        var (bytes, mode, problem) = TryRead(PathOf(path), MostOfSecret);
        return bytes is null
            ? new SecretFile(null, problem)
            : new SecretFile(System.Text.Encoding.UTF8.GetString(bytes).TrimEnd('\n', '\r'), null) { IsOpenToOthers = (mode & Others) != UnixFileMode.None };
    }

    private static (byte[]? Bytes, UnixFileMode Mode, string? Problem) TryRead(string path, int most)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var buffer = new byte[most + 1];
            var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var mode = File.GetUnixFileMode(stream.SafeFileHandle);
            return read > most ? (null, mode, $"it is larger than {most / 1024} KiB") : (buffer[..read], mode, null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, default, "it is not there");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, default, Directory.Exists(path) ? "it is a folder" : "it can't be opened");
        }
    }
}
