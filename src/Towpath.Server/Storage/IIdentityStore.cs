using System.Collections.Immutable;
using Towpath.Core.Identity;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

/// <summary>What is remembered of accounts, grants and tokens; as in <see cref="IStore"/>, each call is one transaction together with its facts.</summary>
public interface IIdentityStore
{
    /// <summary>Adds an account; false where there is one of that name, and nothing is stored.</summary>
    bool AddAccount(AccountRecord account, params ImmutableArray<Fact> facts);

    /// <summary>Changes an account; one that there is not is left so.</summary>
    void ChangeAccount(AccountRecord account, params ImmutableArray<Fact> facts);

    /// <summary>An account, or null.</summary>
    AccountRecord? Account(string account);

    /// <summary>All accounts by name.</summary>
    IReadOnlyList<AccountRecord> Accounts();

    /// <summary>Stores the hash of a password; null for none.</summary>
    void SetPassword(string account, string? hash, params ImmutableArray<Fact> facts);

    /// <summary>The hash of an account's password, or null.</summary>
    string? Password(string account);

    /// <summary>Grants a role, in place of another one for exactly that extent.</summary>
    void SetGrant(string account, Grant grant, params ImmutableArray<Fact> facts);

    /// <summary>Takes back what was granted for exactly that extent; false where nothing was.</summary>
    bool RemoveGrant(string account, Extent extent, params ImmutableArray<Fact> facts);

    /// <summary>What an account was granted, in order of application and environment.</summary>
    IReadOnlyList<Grant> Grants(string account);

    /// <summary>What all accounts were granted, by account; each as <see cref="Grants"/> gives it.</summary>
    ILookup<string, Grant> AllGrants();

    /// <summary>Names of the accounts that have a password.</summary>
    IReadOnlySet<string> AccountsWithPassword();

    /// <summary>Adds a token. Those of any account that ended before <paramref name="forget"/> are forgotten.</summary>
    void AddToken(TokenRecord token, DateTimeOffset forget, params ImmutableArray<Fact> facts);

    /// <summary>A token by its public number, or null.</summary>
    TokenRecord? Token(string id);

    /// <summary>Tokens of an account, or all, oldest first.</summary>
    IReadOnlyList<TokenRecord> Tokens(string? account);

    /// <summary>Revokes a token; false where there is none, or it was revoked before.</summary>
    bool RevokeToken(string id, DateTimeOffset now, params ImmutableArray<Fact> facts);

    /// <summary>Stores when a token was used last.</summary>
    void TouchToken(string id, DateTimeOffset now);
}

/// <summary>An account.</summary>
/// <param name="Name">Its name; never given twice.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Teams">Teams that it may speak for.</param>
/// <param name="Disabled">May not act for now.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record AccountRecord(string Name, AccountKind Kind, ImmutableSortedSet<string> Teams, bool Disabled, DateTimeOffset CreatedAt);

/// <summary>A token.</summary>
/// <param name="Id">Its public number.</param>
/// <param name="Account">Whose.</param>
/// <param name="Hash">SHA-256 of its secret part, 64 hexadecimal digits.</param>
/// <param name="IsSession">Made by a login.</param>
/// <param name="Narrowing">What it takes away.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
/// <param name="UsedAt">When it was used last, to about an hour; null for never.</param>
public sealed record TokenRecord(
    string Id, string Account, string Hash, bool IsSession, Narrowing Narrowing, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? UsedAt)
{
    /// <summary>When it ended or will end.</summary>
    public DateTimeOffset EndsAt => RevokedAt is { } revoked && revoked < ExpiresAt ? revoked : ExpiresAt;
}
