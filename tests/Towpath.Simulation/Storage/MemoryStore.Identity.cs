using System.Collections.Immutable;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Accounts, grants, tokens.
internal sealed partial class MemoryStore
{
    private readonly SortedDictionary<string, AccountRecord> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _passwords = [];
    private readonly Dictionary<(string Account, Extent Extent), Role> _grants = [];
    private readonly List<TokenRecord> _tokens = [];

    /// <inheritdoc/>
    public bool AddAccount(AccountRecord account, params ImmutableArray<Fact> facts) => Write(() => Told(facts, _accounts.TryAdd(account.Name, account)));

    /// <inheritdoc/>
    public void ChangeAccount(AccountRecord account, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (!_accounts.TryGetValue(account.Name, out var before)) return;
        _accounts[account.Name] = before with { Teams = account.Teams, Disabled = account.Disabled };
        Add(facts);
    });

    /// <inheritdoc/>
    public AccountRecord? Account(string account) => Read(() => _accounts.GetValueOrDefault(account));

    /// <inheritdoc/>
    public IReadOnlyList<AccountRecord> Accounts() => Read(() => _accounts.Values.ToList());

    /// <inheritdoc/>
    public void SetPassword(string account, string? hash, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (!_accounts.ContainsKey(account)) return;
        _passwords.Remove(account);
        if (hash is not null) _passwords[account] = hash;
        Add(facts);
    });

    /// <inheritdoc/>
    public string? Password(string account) => Read(() => _passwords.GetValueOrDefault(account));

    /// <inheritdoc/>
    public void SetGrant(string account, Grant grant, params ImmutableArray<Fact> facts) => Write(() =>
    {
        _grants[(account, grant.Extent)] = grant.Role;
        Add(facts);
    });

    /// <inheritdoc/>
    public bool RemoveGrant(string account, Extent extent, params ImmutableArray<Fact> facts) => Write(() => Told(facts, _grants.Remove((account, extent))));

    /// <inheritdoc/>
    public IReadOnlyList<Grant> Grants(string account) => Read(() => _grants.Where(g => g.Key.Account == account)
        .OrderBy(g => g.Key.Extent.Application ?? "", StringComparer.Ordinal).ThenBy(g => g.Key.Extent.Environment ?? "", StringComparer.Ordinal)
        .Select(g => new Grant(g.Value, g.Key.Extent)).ToList());

    /// <inheritdoc/>
    public ILookup<string, Grant> AllGrants() => Accounts().SelectMany(a => Grants(a.Name).Select(g => (a.Name, Grant: g))).ToLookup(g => g.Name, g => g.Grant, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlySet<string> AccountsWithPassword() => Read(() => _passwords.Keys.ToHashSet(StringComparer.Ordinal));

    /// <inheritdoc/>
    public void AddToken(TokenRecord token, DateTimeOffset forget, params ImmutableArray<Fact> facts) => Write(() =>
    {
        _tokens.RemoveAll(t => (t.RevokedAt ?? t.ExpiresAt) < forget);
        _tokens.Add(token);
        Add(facts);
    });

    /// <inheritdoc/>
    public TokenRecord? Token(string id) => Read(() => _tokens.Find(t => t.Id == id));

    /// <inheritdoc/>
    public IReadOnlyList<TokenRecord> Tokens(string? account) => Read(() => _tokens.Where(t => account is null || t.Account == account)
        .OrderBy(t => t.CreatedAt).ThenBy(t => t.Id, StringComparer.Ordinal).ToList());

    /// <inheritdoc/>
    public bool RevokeToken(string id, DateTimeOffset now, params ImmutableArray<Fact> facts) =>
        Write(() => Told(facts, Change(id, t => t.RevokedAt is null, t => t with { RevokedAt = now })));

    /// <inheritdoc/>
    public void TouchToken(string id, DateTimeOffset now) => Write(() => { Change(id, _ => true, t => t with { UsedAt = now }); });

    private bool Change(string id, Func<TokenRecord, bool> which, Func<TokenRecord, TokenRecord> change)
    {
        var index = _tokens.FindIndex(t => t.Id == id && which(t));
        if (index >= 0) _tokens[index] = change(_tokens[index]);
        return index >= 0;
    }

    private bool Told(ImmutableArray<Fact> facts, bool changed)
    {
        if (changed) Add(facts);
        return changed;
    }
}
