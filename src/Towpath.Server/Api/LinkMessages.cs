namespace Towpath.Server.Api;

/// <summary>Asks for a link by which a release is confirmed.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Release">As in <see cref="PromoteRequest"/>.</param>
/// <param name="Role">Role in which it is to be confirmed.</param>
/// <param name="Actor">Who asks for it.</param>
public sealed record LinkRequest(string Environment, string? Release, string Role, string Actor);

/// <summary>A link.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Release">Of which release.</param>
/// <param name="Environment">For which environment.</param>
/// <param name="Role">In which role.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record LinkAnswer(string Url, string Release, string Environment, string Role, DateTimeOffset ExpiresAt);

/// <summary>Says yes by a link.</summary>
/// <param name="Link">Its signed text: what stands behind <c>link=</c>.</param>
/// <param name="Actor">Who says so.</param>
public sealed record LinkedConfirmRequest(string Link, string Actor);
