using System.Data.Common;

namespace Towpath.Server.Storage;

/// <summary>What SQL engines do differently, as far as the store is concerned.</summary>
internal abstract class SqlDialect
{
    /// <summary>SQLite's.</summary>
    public static SqlDialect Sqlite { get; } = new SqliteDialect();

    /// <summary>PostgreSQL's.</summary>
    public static SqlDialect Postgres { get; } = new PostgresDialect();

    /// <summary>Forbids changes of facts that are stored, in a file or database that has the table of them.</summary>
    public abstract string FactsStay { get; }

    /// <summary>Runs something in a transaction that holds the right to write, which is waited for: all of it is stored, or, when it throws, nothing.</summary>
    public abstract T Write<T>(DbConnection connection, Func<DbConnection, T> write);

    /// <summary>The version of the tables within a transaction; 0 where there are none.</summary>
    public abstract int Version(DbConnection connection);

    /// <summary>Stores the version of the tables.</summary>
    public abstract void SetVersion(DbConnection connection, int version);

    /// <summary>That a column has one of several values, as a condition.</summary>
    /// <param name="column">The column.</param>
    /// <param name="parameter">Name of the parameter that holds them, an array.</param>
    public abstract string IsAmong(string column, string parameter);

    /// <summary>A step of <see cref="StoreSchema"/> in this engine's words.</summary>
    public abstract string Written(string step);

    /// <summary>
    /// Why the engine can't do its work for now, in a sentence without a full stop and without a secret; null for an exception that is something else.
    /// </summary>
    public abstract string? WhyUnavailable(Exception exception);
}
