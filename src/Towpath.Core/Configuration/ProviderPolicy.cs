using System.Collections.Immutable;

namespace Towpath.Core.Configuration;

/// <summary>A provider of OpenID Connect that people log in by.</summary>
/// <param name="Issuer">Its name, exactly as in its ID tokens; its discovery document is found below it.</param>
/// <param name="ClientId">What it calls this control plane.</param>
/// <param name="ClientSecret">What this control plane proves that by; null for a public client.</param>
/// <param name="Scopes">What is asked for; <c>openid</c> among it.</param>
/// <param name="NameClaim">The claim that names a new account.</param>
/// <param name="CreatesAccounts">Whether somebody unknown gets an account, without roles.</param>
/// <param name="GroupsClaim">The claim that lists groups; null where teams are not the provider's to say.</param>
/// <param name="Teams">Teams by group.</param>
public sealed record ProviderPolicy(
    string Issuer, string ClientId, Secret? ClientSecret, ImmutableArray<string> Scopes, string NameClaim, bool CreatesAccounts,
    string? GroupsClaim, ImmutableSortedDictionary<string, string> Teams);
