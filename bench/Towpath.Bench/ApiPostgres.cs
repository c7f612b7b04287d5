using System.Data;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Towpath.Core.Configuration;
using Towpath.Server.Storage;

namespace Towpath.Bench;

/// <summary>A PostgreSQL of the benchmark's own, in a folder and on a Unix socket of its own. Its disk is not waited for: neither is that of the SQLite beside it, in memory.</summary>
internal sealed class ApiPostgres : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly Process _process;

    private ApiPostgres(string folder, Process process) => (_folder, _process) = (folder, process);

    /// <summary>Where the programs of a server are; null where none is installed.</summary>
    public static string? Programs => !Directory.Exists("/usr/lib/postgresql") ? null
        : Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")));

    /// <summary>Starts it in a folder that is not there yet.</summary>
    public static async Task<ApiPostgres> StartAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (System.Environment.IsPrivilegedProcess) await RunAsync(new ProcessStartInfo("chown", ["postgres", folder]), cancellationToken);
        var data = Path.Combine(folder, "data");
        await RunAsync(AsPostgres("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"), cancellationToken);
        var process = Process.Start(AsPostgres("postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "log_min_messages=panic"))!;
        var server = new ApiPostgres(folder, process);
        var begun = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(server.Connection("postgres") + ";Pooling=false");
                await connection.OpenAsync(cancellationToken);
                return server;
            }
            catch (NpgsqlException) when (begun.Elapsed < Patience && !process.HasExited)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    /// <summary>A database with what a file of SQLite holds, table by table.</summary>
    public Secret Copy(string file, string database)
    {
        using (var server = new NpgsqlConnection(Connection("postgres")))
        {
            server.Open();
            server.Execute("CREATE DATABASE " + database);
        }

        var secret = new Secret(Connection(database));
        new PostgresStore(secret).Dispose();
        using var target = new NpgsqlConnection(Connection(database));
        target.Open();
        using var source = SystemSqlite.Open(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        foreach (var table in source.Query<string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name").ToList()) Copy(source, target, table);
        target.Execute("VACUUM ANALYZE");
        return secret;
    }

    /// <summary>Stops it; its folder is its maker's to remove.</summary>
    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static void Copy(SqliteConnection source, NpgsqlConnection target, string table)
    {
        target.Execute(table == "facts" ? "SELECT 1" : "DELETE FROM " + table);
        using var reader = source.ExecuteReader("SELECT * FROM " + table);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        using var writer = target.BeginBinaryImport($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)");
        while (reader.Read())
        {
            writer.StartRow();
            for (var i = 0; i < columns.Count; i++) Write(writer, reader, i);
        }

        writer.Complete();
    }

    private static void Write(NpgsqlBinaryImporter writer, IDataReader reader, int column)
    {
        switch (reader.GetValue(column))
        {
            case DBNull: writer.WriteNull(); break;
            case long number: writer.Write(number); break;
            case string text: writer.Write(text); break;
            case var other: throw new BenchException(string.Create(CultureInfo.InvariantCulture, $"a column of {other.GetType()}"));
        }
    }

    private string Connection(string database) => $"Host={_folder};Username=postgres;Database={database}";

    // It refuses to run as root.
    private static ProcessStartInfo AsPostgres(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        return System.Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", path, .. arguments]) { WorkingDirectory = "/" }
            : new ProcessStartInfo(path, arguments) { WorkingDirectory = "/" };
    }

    private static async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new BenchException($"{start.FileName} ended with {process.ExitCode}");
    }
}
