using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Towpath.Server.Storage;

/// <summary>
/// The store in SQL that every engine takes: one set of statements, so one set of decisions. What engines do differently is in their
/// <see cref="SqlDialect"/>, and how connections are had in the class of each. Safe for use by many threads and processes at once: writes come
/// one after the other, so what one reads before it writes can't change under it, and facts are numbered and sealed in the order of commits.
/// </summary>
public abstract partial class SqlStore : IStore, ISealedJournal, IDisposable
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(30);

    private readonly SqlDialect _dialect;
    private readonly TimeProvider _time;

    // Writers of this process queue here rather than at the engine: SQLite's busy loop sleeps and is not fair, and with PostgreSQL each would hold a connection.
    private readonly Lock _writing = new();

    private protected SqlStore(SqlDialect dialect, TimeProvider? time) => (_dialect, _time) = (dialect, time ?? TimeProvider.System);

    /// <summary>Closes it.</summary>
    public abstract void Dispose();

    /// <summary>A connection for one call.</summary>
    private protected abstract DbConnection Rent();

    /// <summary>Takes a connection back.</summary>
    private protected abstract void Return(DbConnection connection);

    /// <summary>Told when the engine could not be reached or could not do its work.</summary>
    private protected virtual void Lost()
    {
    }

    /// <summary>Brings the tables up to date.</summary>
    private protected void Migrate() => Use(connection =>
    {
        StoreSchema.Migrate(connection, _dialect);
        return true;
    });

    private T Read<T>(Func<DbConnection, T> read) => Use(read);

    /// <summary>Runs <paramref name="write"/> in one transaction: all of it is stored, or, when it throws, nothing.</summary>
    private T Write<T>(Func<DbConnection, T> write)
    {
        // Before a connection is had: those who wait for their turn must leave some to those who read.
        if (!_writing.TryEnter(LongestTurn)) throw new StoreUnavailableException("other writes take too long");
        T result;
        try
        {
            result = Use(connection => _dialect.Write(connection, write));
        }
        finally
        {
            _writing.Exit();
        }
        Wake();
        return result;
    }

    private void Write(Action<DbConnection> write) => Write(connection =>
    {
        write(connection);
        return true;
    });

    private T Use<T>(Func<DbConnection, T> use)
    {
        try
        {
            var connection = Rent();
            try
            {
                return use(connection);
            }
            finally
            {
                Return(connection);
            }
        }
        catch (Exception exception) when (_dialect.WhyUnavailable(exception) is { } why)
        {
            Lost();
            throw new StoreUnavailableException(why, exception);
        }
    }

    private static long Next(DbConnection connection, string counter, long count = 1) => connection.ExecuteScalar<long>(
        "UPDATE counters SET value = value + @count WHERE name = @counter RETURNING value", new { counter, count });

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>A text of people or programs: PostgreSQL has no character of number 0.</summary>
    private static string? Plain(string? text) => text?.Replace('\0', '\uFFFD');

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The number in <c>p-N</c> or <c>d-N</c>; -1, which no row has, for anything else.</summary>
    private static long Number(string id, char prefix) =>
        id.Length > 2 && id[0] == prefix && id[1] == '-' && long.TryParse(id.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;
}
