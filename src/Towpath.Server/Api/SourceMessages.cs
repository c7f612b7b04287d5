using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>A repository that is watched, and how that goes, as the control plane that answers saw it since it began.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Application">Application.</param>
/// <param name="Url">Where it is, without any login.</param>
/// <param name="Branch">The branch whose commits ship.</param>
/// <param name="Every">How often it is looked at.</param>
/// <param name="Hook">Who may call: <c>github</c>, <c>gitlab</c>, <c>generic</c>; null for nobody.</param>
/// <param name="LookedAt">When it was looked at last; null for not yet.</param>
/// <param name="Commit">The commit that was found then, or null.</param>
/// <param name="Failures">Looks in a row that failed.</param>
/// <param name="Failure">What is wrong with the repository or its newest commit; null for nothing.</param>
/// <param name="FailedAt">Since when, or null.</param>
/// <param name="IsElsewhere">Another control plane on the same store looks at it.</param>
public sealed record SourceAnswer(
    string Name,
    string Application,
    string Url,
    string Branch,
    TimeSpan Every,
    string? Hook,
    DateTimeOffset? LookedAt,
    string? Commit,
    int Failures,
    Diagnostic? Failure,
    DateTimeOffset? FailedAt,
    bool IsElsewhere);
