using System.Collections.Immutable;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Accounts, grants, tokens.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public bool AddAccount(AccountRecord account, params ImmutableArray<Fact> facts) => Write(() => inner.AddAccount(account, facts));

    /// <inheritdoc/>
    public void ChangeAccount(AccountRecord account, params ImmutableArray<Fact> facts) => Write(() => inner.ChangeAccount(account, facts));

    /// <inheritdoc/>
    public AccountRecord? Account(string account) => Read(() => inner.Account(account));

    /// <inheritdoc/>
    public IReadOnlyList<AccountRecord> Accounts() => Read(() => inner.Accounts());

    /// <inheritdoc/>
    public void SetPassword(string account, string? hash, params ImmutableArray<Fact> facts) => Write(() => inner.SetPassword(account, hash, facts));

    /// <inheritdoc/>
    public string? Password(string account) => Read(() => inner.Password(account));

    /// <inheritdoc/>
    public void SetGrant(string account, Grant grant, params ImmutableArray<Fact> facts) => Write(() => inner.SetGrant(account, grant, facts));

    /// <inheritdoc/>
    public bool RemoveGrant(string account, Extent extent, params ImmutableArray<Fact> facts) => Write(() => inner.RemoveGrant(account, extent, facts));

    /// <inheritdoc/>
    public IReadOnlyList<Grant> Grants(string account) => Read(() => inner.Grants(account));

    /// <inheritdoc/>
    public ILookup<string, Grant> AllGrants() => Read(inner.AllGrants);

    /// <inheritdoc/>
    public IReadOnlySet<string> AccountsWithPassword() => Read(inner.AccountsWithPassword);

    /// <inheritdoc/>
    public void AddToken(TokenRecord token, DateTimeOffset forget, params ImmutableArray<Fact> facts) => Write(() => inner.AddToken(token, forget, facts));

    /// <inheritdoc/>
    public TokenRecord? Token(string id) => Read(() => inner.Token(id));

    /// <inheritdoc/>
    public IReadOnlyList<TokenRecord> Tokens(string? account) => Read(() => inner.Tokens(account));

    /// <inheritdoc/>
    public bool RevokeToken(string id, DateTimeOffset now, params ImmutableArray<Fact> facts) => Write(() => inner.RevokeToken(id, now, facts));

    /// <inheritdoc/>
    public void TouchToken(string id, DateTimeOffset now) => Write(() => inner.TouchToken(id, now));
}
