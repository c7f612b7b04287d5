using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Towpath.Core.Configuration;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Towpath.Tests.Fakes;

/// <summary>
/// A PostgreSQL of the tests' own, in a folder of its own and on a Unix socket there, begun when the first test asks for it. Where Debian's package is
/// not installed the tests that ask are skipped.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _turn = new();
    private string? _folder;
    private Process? _process;
    private int _databases;

    /// <summary>Stops the server and removes its folder.</summary>
    public void Dispose()
    {
        Kill();
        if (_folder is not null && Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Makes an empty database; the connection string of it.</summary>
    public string NewDatabase()
    {
        lock (_turn)
        {
            if (_folder is null) Begin();
            var name = string.Create(CultureInfo.InvariantCulture, $"towpath_{++_databases}");
            Execute("postgres", $"CREATE DATABASE {name}");
            return Connection(name);
        }
    }

    /// <summary>Opens a store in a database of its own.</summary>
    public PostgresStore NewStore() => Open(NewDatabase());

    /// <summary>Opens a store.</summary>
    public static PostgresStore Open(string connection) => new(new Secret(connection));

    /// <summary>Ends the server as a power cut would.</summary>
    public void Kill()
    {
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    public void Start()
    {
        _process = Process.Start(AsPostgres(
            "postgres", "-D", Data, "-k", _folder!, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-c", "log_min_messages=panic"))!;
        var begun = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Execute("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (begun.Elapsed < Patience && !_process.HasExited)
            {
                _process.WaitForExit(20);
            }
        }
    }

    private string Data => Path.Combine(_folder!, "data");

    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
        : null;

    private string Connection(string database) => $"Host={_folder};Username=postgres;Database={database}";

    private void Begin()
    {
        Assert.SkipWhen(Programs is null, "PostgreSQL's server is not installed: apt-get install postgresql");
        // Not of the kind that only its maker may enter: the server runs as another user than root.
        _folder = Path.Combine(Path.GetTempPath(), $"tp-pg-{Guid.NewGuid().ToString("n")[..8]}");
        Directory.CreateDirectory(_folder);
        if (Environment.IsPrivilegedProcess) Run(new ProcessStartInfo("chown", ["postgres", _folder]));
        Run(AsPostgres("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"));
        Start();
    }

    private void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(Connection(database) + ";Pooling=false;Timeout=2");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    // It refuses to run as root.
    private static ProcessStartInfo AsPostgres(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.WorkingDirectory = "/";
        return start;
    }

    private static void Run(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}");
    }
}
