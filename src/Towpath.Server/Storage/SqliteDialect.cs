using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Towpath.Server.Storage;

/// <summary>SQLite.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    /// <inheritdoc/>
    public override string FactsStay =>
        """
        CREATE TRIGGER facts_stay BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'facts are never removed'); END;
        CREATE TRIGGER facts_stay_as_they_are BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END;
        """;

    /// <summary>
    /// By statements of our own: where the disk was full SQLite takes a transaction back by itself, and the provider's, which does not know, would fail then and
    /// with every later use of the connection.
    /// </summary>
    public override T Write<T>(DbConnection connection, Func<DbConnection, T> write)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var written = write(connection);
            connection.Execute("COMMIT");
            return written;
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(((SqliteConnection)connection).Handle) == 0) connection.Execute("ROLLBACK");
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Version(DbConnection connection) => connection.ExecuteScalar<int>("PRAGMA user_version");

    /// <inheritdoc/>
    public override void SetVersion(DbConnection connection, int version) => connection.Execute($"PRAGMA user_version = {version}");

    /// <inheritdoc/>
    public override string IsAmong(string column, string parameter) => $"{column} IN @{parameter}";

    /// <inheritdoc/>
    public override string Written(string step) => step;

    /// <inheritdoc/>
    public override string? WhyUnavailable(Exception exception) => (exception as SqliteException)?.SqliteErrorCode switch
    {
        // https://www.sqlite.org/rescode.html
        5 => "another process has held its file for too long",
        8 => "its file can't be written to",
        10 => "its file can't be read or written: the disk fails",
        13 => "the disk is full",
        14 => "its file can't be opened",
        _ => null,
    };
}
