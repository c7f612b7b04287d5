using System.Collections.Immutable;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Links to providers, and the code of the first administrator's link.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public bool AddLink(AccountLink link, params ImmutableArray<Fact> facts) => Write(connection => Told(connection, facts, connection.Execute(
        "INSERT INTO account_links (issuer, subject, account) VALUES (@Issuer, @Subject, @Account) ON CONFLICT DO NOTHING", link)));

    /// <inheritdoc/>
    public bool RemoveLinks(string account, params ImmutableArray<Fact> facts) => Write(connection => Told(connection, facts, connection.Execute(
        "DELETE FROM account_links WHERE account = @account", new { account })));

    /// <inheritdoc/>
    public string? LinkedAccount(string issuer, string subject) => Read(connection => connection.ExecuteScalar<string?>(
        "SELECT account FROM account_links WHERE issuer = @issuer AND subject = @subject", new { issuer, subject }));

    /// <inheritdoc/>
    public void KeepFirstCode(string hash, DateTimeOffset expiresAt, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        connection.Execute("DELETE FROM first_codes");
        Told(connection, facts, connection.Execute("INSERT INTO first_codes (hash, expires_at) VALUES (@hash, @expiresAt)", new { hash, expiresAt = Text(expiresAt) }));
    });

    /// <inheritdoc/>
    public bool IsFirstCode(string hash, DateTimeOffset now) => Read(connection => connection.ExecuteScalar<long>(
        "SELECT count(*) FROM first_codes WHERE hash = @hash AND expires_at > @now", new { hash, now = Text(now) }) > 0);

    /// <inheritdoc/>
    public bool TakeFirstCode(string hash, DateTimeOffset now) => Write(connection => connection.Execute(
        "DELETE FROM first_codes WHERE hash = @hash AND expires_at > @now", new { hash, now = Text(now) }) > 0);
}
