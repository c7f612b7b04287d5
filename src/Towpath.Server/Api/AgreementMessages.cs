namespace Towpath.Server.Api;

/// <summary>Signs the agreement of a release.</summary>
/// <param name="Release">Release or unambiguous prefix or commit prefix; null for the newest.</param>
/// <param name="Side">For which side.</param>
/// <param name="Hash">The beginning of the hash of the text that is signed, 8 hexadecimal digits at least: a text that changed meanwhile is refused.</param>
/// <param name="Actor">Who signs.</param>
public sealed record SignRequest(string? Release, string Side, string Hash, string Actor);

/// <summary>The agreement of a release, and who signed it.</summary>
/// <param name="Application">Application.</param>
/// <param name="Release">Release.</param>
/// <param name="Commit">Its commit, in which the text stands.</param>
/// <param name="File">Path of the text from the top of the repository.</param>
/// <param name="Hash">SHA-256 of the text with CR LF as LF, 64 hexadecimal digits.</param>
/// <param name="Sides">All sides, in the order of <c>towpath.yaml</c>.</param>
/// <param name="Missing">Those that have still to sign.</param>
public sealed record AgreementAnswer(string Application, string Release, string Commit, string File, string Hash, IReadOnlyList<SideAnswer> Sides, IReadOnlyList<string> Missing);

/// <summary>One side of an agreement.</summary>
/// <param name="Side">Its team.</param>
/// <param name="Actor">Who signed for it; null where nobody did.</param>
/// <param name="At">When; null where nobody did.</param>
public sealed record SideAnswer(string Side, string? Actor, DateTimeOffset? At);
