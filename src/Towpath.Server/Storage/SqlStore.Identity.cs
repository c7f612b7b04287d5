using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using Towpath.Core.Identity;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Accounts, grants, tokens. An empty application or environment stands for every one: NULL would not be unique in a key.
public abstract partial class SqlStore
{
    private const string SelectAccount = "SELECT name AS Name, kind AS Kind, teams AS Teams, disabled AS Disabled, created_at AS CreatedAt FROM accounts";

    private const string SelectToken =
        """
        SELECT id AS Id, account AS Account, hash AS Hash, session AS Session, role AS Role, application AS Application, environment AS Environment,
               created_at AS CreatedAt, expires_at AS ExpiresAt, revoked_at AS RevokedAt, used_at AS UsedAt
        FROM tokens

        """;

    /// <inheritdoc/>
    public bool AddAccount(AccountRecord account, params ImmutableArray<Fact> facts) => Write(connection => Told(connection, facts, connection.Execute(
        "INSERT INTO accounts (name, kind, teams, disabled, created_at) VALUES (@Name, @Kind, @Teams, @Disabled, @CreatedAt) ON CONFLICT DO NOTHING",
        AccountRow.From(account))));

    /// <inheritdoc/>
    public void ChangeAccount(AccountRecord account, params ImmutableArray<Fact> facts) => Write(connection => Told(connection, facts, connection.Execute(
        "UPDATE accounts SET teams = @Teams, disabled = @Disabled WHERE name = @Name", AccountRow.From(account))));

    /// <inheritdoc/>
    public AccountRecord? Account(string account) => Read(connection => connection
        .QuerySingleOrDefault<AccountRow>(SelectAccount + " WHERE name = @account", new { account })?.ToRecord());

    /// <inheritdoc/>
    public IReadOnlyList<AccountRecord> Accounts() => Read(connection => connection
        .Query<AccountRow>(SelectAccount + " ORDER BY name").Select(row => row.ToRecord()).ToList());

    /// <inheritdoc/>
    public void SetPassword(string account, string? hash, params ImmutableArray<Fact> facts) => Write(connection => Told(connection, facts, connection.Execute(
        "UPDATE accounts SET password = @hash WHERE name = @account", new { account, hash })));

    /// <inheritdoc/>
    public string? Password(string account) => Read(connection => connection.ExecuteScalar<string?>(
        "SELECT password FROM accounts WHERE name = @account", new { account }));

    /// <inheritdoc/>
    public void SetGrant(string account, Grant grant, params ImmutableArray<Fact> facts) => Write(connection => Told(connection, facts, connection.Execute(
        """
        INSERT INTO grants (account, application, environment, role) VALUES (@account, @application, @environment, @role)
        ON CONFLICT (account, application, environment) DO UPDATE SET role = excluded.role
        """,
        new { account, application = grant.Extent.Application ?? "", environment = grant.Extent.Environment ?? "", role = grant.Role.ToString() })));

    /// <inheritdoc/>
    public bool RemoveGrant(string account, Extent extent, params ImmutableArray<Fact> facts) => Write(connection => Told(connection, facts, connection.Execute(
        "DELETE FROM grants WHERE account = @account AND application = @application AND environment = @environment",
        new { account, application = extent.Application ?? "", environment = extent.Environment ?? "" })));

    /// <inheritdoc/>
    public IReadOnlyList<Grant> Grants(string account) => Read(connection => connection
        .Query<GrantRow>(
            "SELECT role AS Role, application AS Application, environment AS Environment FROM grants WHERE account = @account ORDER BY application, environment",
            new { account })
        .Select(row => row.ToGrant()).ToList());

    /// <inheritdoc/>
    public ILookup<string, Grant> AllGrants() => Read(connection => connection
        .Query<(string Account, string Role, string Application, string Environment)>(
            "SELECT account, role, application, environment FROM grants ORDER BY account, application, environment")
        .ToLookup(row => row.Account, row => new GrantRow(row.Role, row.Application, row.Environment).ToGrant(), StringComparer.Ordinal));

    /// <inheritdoc/>
    public IReadOnlySet<string> AccountsWithPassword() => Read(connection => connection
        .Query<string>("SELECT name FROM accounts WHERE password IS NOT NULL").ToHashSet(StringComparer.Ordinal));

    /// <inheritdoc/>
    public void AddToken(TokenRecord token, DateTimeOffset forget, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        connection.Execute("DELETE FROM tokens WHERE coalesce(revoked_at, expires_at) < @forget", new { forget = Text(forget) });
        Told(connection, facts, connection.Execute(
            """
            INSERT INTO tokens (id, account, hash, session, role, application, environment, created_at, expires_at, revoked_at, used_at)
            VALUES (@Id, @Account, @Hash, @Session, @Role, @Application, @Environment, @CreatedAt, @ExpiresAt, @RevokedAt, @UsedAt)
            """,
            TokenRow.From(token)));
    });

    /// <inheritdoc/>
    public TokenRecord? Token(string id) => Read(connection => connection
        .QuerySingleOrDefault<TokenRow>(SelectToken + "WHERE id = @id", new { id })?.ToRecord());

    /// <inheritdoc/>
    public IReadOnlyList<TokenRecord> Tokens(string? account) => Read(connection => connection
        .Query<TokenRow>(SelectToken + "WHERE @account IS NULL OR account = @account ORDER BY created_at, id", new { account })
        .Select(row => row.ToRecord()).ToList());

    /// <inheritdoc/>
    public bool RevokeToken(string id, DateTimeOffset now, params ImmutableArray<Fact> facts) => Write(connection => Told(connection, facts, connection.Execute(
        "UPDATE tokens SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL", new { id, now = Text(now) })));

    /// <inheritdoc/>
    public void TouchToken(string id, DateTimeOffset now) => Write(connection => connection.Execute(
        "UPDATE tokens SET used_at = @now WHERE id = @id", new { id, now = Text(now) }));

    /// <summary>A change that changed nothing is not told.</summary>
    private static bool Told(DbConnection connection, ImmutableArray<Fact> facts, int changed)
    {
        if (changed > 0) Add(connection, facts);
        return changed > 0;
    }

    private static Extent ExtentOf(string application, string environment) =>
        new(application.Length == 0 ? null : application, environment.Length == 0 ? null : environment);

    private sealed record AccountRow(string Name, string Kind, string Teams, long Disabled, string CreatedAt)
    {
        public static AccountRow From(AccountRecord account) => new(
            account.Name, account.Kind.ToString(), string.Join(' ', account.Teams), account.Disabled ? 1 : 0, Text(account.CreatedAt));

        public AccountRecord ToRecord() => new(
            Name, Enum.Parse<AccountKind>(Kind), [.. Teams.Split(' ', StringSplitOptions.RemoveEmptyEntries)], Disabled != 0, Time(CreatedAt));
    }

    private sealed record GrantRow(string Role, string Application, string Environment)
    {
        public Grant ToGrant() => new(Enum.Parse<Role>(Role), ExtentOf(Application, Environment));
    }

    private sealed record TokenRow(
        string Id, string Account, string Hash, long Session, string? Role, string Application, string Environment,
        string CreatedAt, string ExpiresAt, string? RevokedAt, string? UsedAt)
    {
        public static TokenRow From(TokenRecord token) => new(
            token.Id, token.Account, token.Hash, token.IsSession ? 1 : 0, token.Narrowing.Role?.ToString(),
            token.Narrowing.Extent.Application ?? "", token.Narrowing.Extent.Environment ?? "",
            Text(token.CreatedAt), Text(token.ExpiresAt), token.RevokedAt is { } revoked ? Text(revoked) : null, token.UsedAt is { } used ? Text(used) : null);

        public TokenRecord ToRecord() => new(
            Id, Account, Hash, Session != 0, new Narrowing(Role is null ? null : Enum.Parse<Role>(Role), ExtentOf(Application, Environment)),
            Time(CreatedAt), Time(ExpiresAt), RevokedAt is null ? null : Time(RevokedAt), UsedAt is null ? null : Time(UsedAt));
    }
}
