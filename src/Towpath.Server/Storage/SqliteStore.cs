using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Towpath.Server.Storage;

/// <summary>
/// The store in one SQLite file. Safe for use by many threads and by two processes at once: each write takes the write lock
/// when it begins, so what it reads before it writes can't change under it. A committed write survives a power cut.
/// </summary>
public sealed partial class SqliteStore : IStore, ISealedJournal, IDisposable
{
    private const int MaxIdleConnections = 8;
    private const int BusyTimeout_ms = 10_000;

    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly ConcurrentBag<SqliteConnection> _idle = [];

    // Writers of this process queue here rather than in SQLite's busy loop, which sleeps and is not fair.
    private readonly Lock _writing = new();
    private volatile bool _disposed;

    /// <summary>Opens the file, making it and its folder where there is none, and brings its tables up to date.</summary>
    /// <param name="file">Path of the database file.</param>
    /// <param name="time">For waiting only; the times that are stored are given with each call.</param>
    /// <exception cref="Towpath.Core.Diagnostics.DiagnosticException">The file was written by a newer Towpath.</exception>
    public SqliteStore(string file, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        var path = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = BusyTimeout_ms / 1000,
        }.ToString();

        var connection = Open();
        try
        {
            SqliteSchema.Migrate(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        _idle.Add(connection);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
            connection.Dispose();
    }

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        var connection = Rent();
        try
        {
            return read(connection);
        }
        finally
        {
            Return(connection);
        }
    }

    /// <summary>Runs <paramref name="write"/> in one transaction: all of it is stored, or, when it throws, nothing.</summary>
    private T Write<T>(Func<SqliteConnection, T> write)
    {
        var connection = Rent();
        try
        {
            T result;
            lock (_writing)
            {
                using var transaction = connection.BeginTransaction(deferred: false);
                result = write(connection);
                transaction.Commit();
            }

            Wake();
            return result;
        }
        finally
        {
            Return(connection);
        }
    }

    private void Write(Action<SqliteConnection> write) => Write(connection =>
    {
        write(connection);
        return true;
    });

    private SqliteConnection Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idle.TryTake(out var connection) ? connection : Open();
    }

    private void Return(SqliteConnection connection)
    {
        if (_disposed || _idle.Count >= MaxIdleConnections)
            connection.Dispose();
        else
            _idle.Add(connection);
    }

    private SqliteConnection Open() =>
        SystemSqlite.Open(_connectionString, $"PRAGMA busy_timeout = {BusyTimeout_ms}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");

    private static long Next(SqliteConnection connection, string counter, long count = 1) => connection.ExecuteScalar<long>(
        "UPDATE counters SET value = value + @count WHERE name = @counter RETURNING value", new { counter, count });

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The number in <c>p-N</c> or <c>d-N</c>; -1, which no row has, for anything else.</summary>
    private static long Number(string id, char prefix) =>
        id.Length > 2 && id[0] == prefix && id[1] == '-' && long.TryParse(id.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;
}
