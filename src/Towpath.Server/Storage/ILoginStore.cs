using System.Collections.Immutable;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

/// <summary>What is remembered of logins beside passwords; as in <see cref="IStore"/>, each call is one transaction together with its facts.</summary>
public interface ILoginStore
{
    /// <summary>Links an account to somebody whom a provider knows; false where either is linked already at that provider, and nothing is stored.</summary>
    bool AddLink(AccountLink link, params ImmutableArray<Fact> facts);

    /// <summary>Takes all links of an account away; false where it had none.</summary>
    bool RemoveLinks(string account, params ImmutableArray<Fact> facts);

    /// <summary>The account that is linked to somebody whom a provider knows, or null.</summary>
    string? LinkedAccount(string issuer, string subject);

    /// <summary>Keeps the hash of the code of a first administrator's link, in place of the one of before.</summary>
    void KeepFirstCode(string hash, DateTimeOffset expiresAt, params ImmutableArray<Fact> facts);

    /// <summary>Whether a code has that hash and is good until after <paramref name="now"/>.</summary>
    bool IsFirstCode(string hash, DateTimeOffset now);

    /// <summary>The same, and the code is gone: true for one caller only.</summary>
    bool TakeFirstCode(string hash, DateTimeOffset now);
}

/// <summary>An account and who it is for a provider.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">Whom it means; never given to somebody else by it (OpenID Connect Core 1.0, 2).</param>
/// <param name="Account">The account.</param>
public sealed record AccountLink(string Issuer, string Subject, string Account);
