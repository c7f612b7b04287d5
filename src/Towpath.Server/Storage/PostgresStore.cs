using System.Data.Common;
using Npgsql;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;

namespace Towpath.Server.Storage;

/// <summary>The store in a database of PostgreSQL, which several control planes may share.</summary>
public sealed class PostgresStore : SqlStore
{
    // What is given overrides these: the last one of a key counts.
    private const string Defaults = "Application Name=towpath;Timeout=5;Command Timeout=20;Maximum Pool Size=20;";

    private readonly NpgsqlDataSource _source;

    /// <summary>Connects, and brings the tables up to date.</summary>
    /// <param name="connection"><c>Host=...;Username=...;Password=...;Database=...</c> or <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE</c>.</param>
    /// <param name="time">For waiting only; the times that are stored are given with each call.</param>
    /// <exception cref="DiagnosticException">TP4702: it can't be understood; TP3030: the database was written by a newer Towpath.</exception>
    /// <exception cref="StoreUnavailableException">The database can't be used.</exception>
    public PostgresStore(Secret connection, TimeProvider? time = null)
        : base(SqlDialect.Postgres, time)
    {
        _source = NpgsqlDataSource.Create(Understood(connection.Reveal()));
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

    /// <summary>Why a database can't be used, for a person who looks for it; null where it answers. Changes nothing there.</summary>
    /// <param name="connection">As of the constructor.</param>
    public static string? WhyUnreachable(Secret connection)
    {
        try
        {
            using var source = NpgsqlDataSource.Create(Understood(connection.Reveal()));
            using var opened = source.OpenConnection();
            return null;
        }
        catch (DiagnosticException exception)
        {
            return exception.Diagnostics[0].Headline;
        }
        catch (Exception exception) when (SqlDialect.Postgres.WhyUnavailable(exception) is { } why)
        {
            return why;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _source.Dispose();

    private protected override DbConnection Rent() => _source.OpenConnection();

    private protected override void Return(DbConnection connection) => connection.Dispose();

    /// <summary>The other connections led to the same server: after a restart of it none of them would work.</summary>
    private protected override void Lost() => _source.Clear();

    private static NpgsqlConnectionStringBuilder Understood(string text)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(Defaults + (OfAddress(text) ?? text));
            if (string.IsNullOrEmpty(builder.Host)) throw new FormatException();
            return builder;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Its message may show a part of the text, and so of the password.
            throw new DiagnosticException(ExitCode.InvalidInput, StorageDiagnostics.BadConnection());
        }
    }

    /// <summary>An address in the form of libpq, which most tools hand out, without parameters; null for anything else.</summary>
    private static string? OfAddress(string text)
    {
        if (!text.StartsWith("postgres://", StringComparison.Ordinal) && !text.StartsWith("postgresql://", StringComparison.Ordinal)) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Query.Length > 0) throw new FormatException();
        var user = address.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Host = Uri.UnescapeDataString(address.Host) };
        if (address.Port > 0) builder.Port = address.Port;
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        if (address.AbsolutePath.Length > 1) builder.Database = Uri.UnescapeDataString(address.AbsolutePath[1..]);
        return builder.ConnectionString;
    }
}
