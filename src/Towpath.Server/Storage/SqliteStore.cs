using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Towpath.Server.Storage;

/// <summary>
/// The store in one SQLite file. Each write takes the file's write lock when it begins. A committed write survives a power cut.
/// </summary>
public sealed class SqliteStore : SqlStore
{
    private const int MaxIdleConnections = 8;
    private const int BusyTimeout_ms = 10_000;

    private readonly string _connectionString;
    private readonly ConcurrentBag<DbConnection> _idle = [];
    private volatile bool _disposed;

    /// <summary>Opens the file, making it and its folder where there is none, and brings its tables up to date.</summary>
    /// <param name="file">Path of the database file.</param>
    /// <param name="time">For waiting only; the times that are stored are given with each call.</param>
    /// <exception cref="Towpath.Core.Diagnostics.DiagnosticException">The file was written by a newer Towpath.</exception>
    /// <exception cref="StoreUnavailableException">The file can't be used.</exception>
    public SqliteStore(string file, TimeProvider? time = null)
        : base(SqlDialect.Sqlite, time)
    {
        var path = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = BusyTimeout_ms / 1000,
        }.ToString();
        try
        {
            Migrate();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
            connection.Dispose();
    }

    private protected override DbConnection Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idle.TryTake(out var connection)
            ? connection
            : SystemSqlite.Open(_connectionString, $"PRAGMA busy_timeout = {BusyTimeout_ms}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    }

    private protected override void Return(DbConnection connection)
    {
        if (_disposed || _idle.Count >= MaxIdleConnections)
            connection.Dispose();
        else
            _idle.Add(connection);
    }
}
