namespace Towpath.Server.Api;

/// <summary>Links an account to somebody whom the login provider knows.</summary>
/// <param name="Subject">Whom: the claim <c>sub</c> of the ID token; null takes the link away.</param>
/// <param name="Actor">Who asks.</param>
public sealed record AccountLinkRequest(string? Subject, string Actor);

/// <summary>A link by which one administrator's account can be made.</summary>
/// <param name="Url">Where people reach the control plane, ending in a slash; null where nobody said it.</param>
/// <param name="Code">What makes it good, once.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record FirstLinkAnswer(string? Url, string Code, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the code, should it ever get into a log.</summary>
    public override string ToString() => nameof(FirstLinkAnswer);
}

/// <summary>A browser's session, without its token, which is in a cookie that scripts can't read.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Csrf">Belongs into the header <c>Towpath-Csrf</c> of each request that changes something.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record BrowserSessionAnswer(string Account, string Csrf, DateTimeOffset ExpiresAt);
