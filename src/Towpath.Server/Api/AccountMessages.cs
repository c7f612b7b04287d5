using Towpath.Core.Identity;
using Towpath.Server.Storage;

namespace Towpath.Server.Api;

/// <summary>Asks for an account.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Teams">Teams that it may speak for; null for none.</param>
/// <param name="Actor">Who asks.</param>
public sealed record AccountRequest(string Name, AccountKind Kind, IReadOnlyList<string>? Teams, string Actor);

/// <summary>Changes an account.</summary>
/// <param name="Disabled">Whether it may not act, or null to leave that.</param>
/// <param name="Teams">All teams that it is to be in, or null to leave them.</param>
/// <param name="Actor">Who asks.</param>
public sealed record AccountChangeRequest(bool? Disabled, IReadOnlyList<string>? Teams, string Actor);

/// <summary>Gives a person a password.</summary>
/// <param name="Password">The new one; never in the journal, never given back.</param>
/// <param name="Current">The one of before, for somebody who changes it for himself; null for an administrator.</param>
/// <param name="Actor">Who asks.</param>
public sealed record PasswordRequest(string Password, string? Current, string Actor)
{
    /// <summary>Without the passwords, should it ever get into a log.</summary>
    public override string ToString() => nameof(PasswordRequest);
}

/// <summary>Grants a role or takes it back.</summary>
/// <param name="Role">Which; null takes back what was granted for exactly that extent.</param>
/// <param name="Application">In which application; null or <c>*</c> for every one.</param>
/// <param name="Environment">In which environment; null or <c>*</c> for every one.</param>
/// <param name="Actor">Who asks.</param>
public sealed record GrantRequest(Role? Role, string? Application, string? Environment, string Actor);

/// <summary>Asks for a token.</summary>
/// <param name="Role">The highest role that it is to have, or null for the account's own.</param>
/// <param name="Application">Where it is to hold at all; null or <c>*</c> for every one.</param>
/// <param name="Environment">As <paramref name="Application"/>.</param>
/// <param name="Days">How many days it lives, 1 to 366.</param>
/// <param name="Actor">Who asks.</param>
public sealed record TokenRequest(Role? Role, string? Application, string? Environment, int Days, string Actor);

/// <summary>Revokes a token.</summary>
/// <param name="Actor">Who asks.</param>
public sealed record RevokeRequest(string Actor);

/// <summary>Asks for a session.</summary>
/// <param name="Account">Account.</param>
/// <param name="Password">Its password.</param>
public sealed record SessionRequest(string? Account, string? Password)
{
    /// <summary>Without the password, should it ever get into a log.</summary>
    public override string ToString() => nameof(SessionRequest);
}

/// <summary>An account.</summary>
public sealed record AccountAnswer(
    string Name, AccountKind Kind, IReadOnlyList<string> Teams, bool Disabled, bool HasPassword, IReadOnlyList<GrantAnswer> Grants, DateTimeOffset CreatedAt);

/// <summary>A role that is held somewhere.</summary>
/// <param name="Role">Which.</param>
/// <param name="Application">In which application; <c>*</c> for every one.</param>
/// <param name="Environment">In which environment; <c>*</c> for every one.</param>
public sealed record GrantAnswer(Role Role, string Application, string Environment)
{
    /// <summary>From a grant.</summary>
    public static GrantAnswer Of(Grant grant) => new(grant.Role, grant.Extent.Application ?? Extent.Every, grant.Extent.Environment ?? Extent.Every);
}

/// <summary>A token, without its secret.</summary>
/// <param name="Id">Its public number.</param>
/// <param name="Account">Whose.</param>
/// <param name="IsSession">Made by a login.</param>
/// <param name="Role">Its highest role, or null for the account's own.</param>
/// <param name="Application">Where it holds; <c>*</c> for every one.</param>
/// <param name="Environment">As <paramref name="Application"/>.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
/// <param name="UsedAt">When it was used last, to about an hour; null for never.</param>
public sealed record TokenAnswer(
    string Id, string Account, bool IsSession, Role? Role, string Application, string Environment,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? UsedAt)
{
    /// <summary>From what is stored.</summary>
    internal static TokenAnswer Of(TokenRecord token) => new(
        token.Id, token.Account, token.IsSession, token.Narrowing.Role,
        token.Narrowing.Extent.Application ?? Extent.Every, token.Narrowing.Extent.Environment ?? Extent.Every,
        token.CreatedAt, token.ExpiresAt, token.RevokedAt, token.UsedAt);
}

/// <summary>A token that was just made: the only place where it stands in the clear.</summary>
/// <param name="Id">Its public number.</param>
/// <param name="Account">Whose.</param>
/// <param name="Token">The token.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record NewTokenAnswer(string Id, string Account, string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the token, should it ever get into a log.</summary>
    public override string ToString() => $"{nameof(NewTokenAnswer)} {Id}";
}

/// <summary>Who asks, as the control plane sees it.</summary>
/// <param name="Account">Account; null for the machine's owner.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Teams">Teams that it may speak for.</param>
/// <param name="Grants">What it may do with the token that it used.</param>
/// <param name="Token">Public number of the token, or null for the owner's.</param>
/// <param name="ExpiresAt">When the token ends, or null for never.</param>
public sealed record WhoAnswer(string? Account, AccountKind Kind, IReadOnlyList<string> Teams, IReadOnlyList<GrantAnswer> Grants, string? Token, DateTimeOffset? ExpiresAt)
{
    /// <summary>From whoever asks.</summary>
    public static WhoAnswer Of(Principal principal) => new(
        principal.IsOwner ? null : principal.Name, principal.Kind, principal.Teams, [.. principal.Effective.Select(GrantAnswer.Of)], principal.Token, principal.ExpiresAt);
}
