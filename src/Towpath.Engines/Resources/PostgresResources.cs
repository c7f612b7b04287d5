using Npgsql;
using Towpath.Core.Applications;

namespace Towpath.Engines.Resources;

/// <summary>Databases and their owners in PostgreSQL: made where absent, left alone where right, reported where they can't be made so.</summary>
public static class PostgresResources
{
    private const int Port = 5432;
    private const string NotReady = "57P03";
    private const int Attempts = 5;

    /// <summary>Sees to it that the database exists and belongs to the role, and that the role can log in with the password.</summary>
    /// <returns>Null when all is right, else the reason why it can't be.</returns>
    public static async Task<string?> EnsureAsync(BackingService server, DeclaredResource resource, string? password, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(ConnectionString(server, "postgres"));
            await using var connection = await OpenAsync(source, cancellationToken);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    if (resource.User is { } user) await EnsureRoleAsync(connection, server, user, password, cancellationToken);
                    return await EnsureDatabaseAsync(connection, resource, cancellationToken);
                }
                catch (PostgresException e) when (IsMadeByAnother(e) && attempt < Attempts)
                {
                    // Somebody was faster: what they made is judged like anything that was there before.
                }
            }
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return e.Message;
        }
    }

    /// <summary>The server tells it in two ways: by its own check before, or by the catalog's index when two got past that.</summary>
    private static bool IsMadeByAnother(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation;

    private static async Task EnsureRoleAsync(
        NpgsqlConnection connection, BackingService server, string user, string? password, CancellationToken cancellationToken)
    {
        var canLogIn = await ScalarAsync(connection, "select rolcanlogin from pg_roles where rolname = $1", user, cancellationToken) as bool?;
        if (canLogIn is { } may && (password is null ? may : await CanLogInAsync(server, user, password, cancellationToken))) return;
        // Role names and passwords can't be parameters of this statement; format() on the server quotes them, so nothing is glued together here.
        var template = $"{(canLogIn is null ? "create" : "alter")} role %I login{(password is null ? "" : " password %L")}";
        await using var format = new NpgsqlCommand(password is null ? "select format($1, $2)" : "select format($1, $2, $3)", connection);
        format.Parameters.AddWithValue(template);
        format.Parameters.AddWithValue(user);
        if (password is not null) format.Parameters.AddWithValue(password);
        var statement = (string)(await format.ExecuteScalarAsync(cancellationToken))!;
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<string?> EnsureDatabaseAsync(NpgsqlConnection connection, DeclaredResource resource, CancellationToken cancellationToken)
    {
        const string ownerOf = "select r.rolname from pg_database d join pg_roles r on r.oid = d.datdba where d.datname = $1";
        if (await ScalarAsync(connection, ownerOf, resource.Name, cancellationToken) is string owner)
            return resource.User is null || owner == resource.User ? null : $"it exists and belongs to \"{owner}\", not to \"{resource.User}\"";
        await using var format = new NpgsqlCommand(
            resource.User is null ? "select format('create database %I', $1)" : "select format('create database %I owner %I', $1, $2)", connection);
        format.Parameters.AddWithValue(resource.Name);
        if (resource.User is { } user) format.Parameters.AddWithValue(user);
        var statement = (string)(await format.ExecuteScalarAsync(cancellationToken))!;
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return null;
    }

    private static async Task<bool> CanLogInAsync(BackingService server, string user, string password, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(ConnectionString(server with { User = user, Password = password }, "postgres"));
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return true;
        }
        catch (PostgresException)
        {
            return false;
        }
    }

    /// <summary>A server that accepts connections may still refuse sessions for a moment while it recovers.</summary>
    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await source.OpenConnectionAsync(cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == NotReady && attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string text, string argument, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        command.Parameters.AddWithValue(argument);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static string ConnectionString(BackingService server, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = server.Address,
        Port = server.Port ?? Port,
        Username = server.User,
        Password = server.Password,
        Database = database,
        Timeout = 10,
        CommandTimeout = 20,
        Pooling = false,
    }.ConnectionString;
}
