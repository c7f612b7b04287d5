using Dapper;
using Microsoft.Data.Sqlite;
using Towpath.Server.Storage;

namespace Towpath.Server.Backups;

/// <summary>Copies of the store's file, made while others write to it.</summary>
internal static class StoreCopy
{
    /// <summary>Copies a store as it is at one moment, by SQLite's own online backup.</summary>
    public static void Make(string store, string copy)
    {
        using var source = Open(store, SqliteOpenMode.ReadWrite);
        using var target = Open(copy, SqliteOpenMode.ReadWriteCreate);
        source.BackupDatabase(target);
        // One file, without a log beside it.
        target.Execute("PRAGMA journal_mode = DELETE");
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Number and seal of the last fact of a copy.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or no store.</exception>
    public static (long Facts, string Seal) Audit(string copy)
    {
        try
        {
            using var connection = Open(copy, SqliteOpenMode.ReadWrite);
            if (connection.ExecuteScalar<string>("PRAGMA integrity_check(1)") is not "ok") throw new InvalidDataException("its store is damaged");
            // A store from before seals has none until it is opened.
            StoreSchema.Migrate(connection, SqlDialect.Sqlite);
            return connection.QueryFirstOrDefault<(long, string)?>("SELECT sequence, seal FROM facts ORDER BY sequence DESC LIMIT 1") ?? (0, Core.Journal.SealedFact.NoSeal);
        }
        catch (SqliteException exception)
        {
            throw new InvalidDataException($"its store can't be read: {exception.SqliteErrorCode}", exception);
        }
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode) =>
        SystemSqlite.Open(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
}
