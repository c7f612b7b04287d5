namespace Towpath.Server.Api;

/// <summary>All that somebody looks at before he asks that a release enters an environment, or says yes to it.</summary>
/// <param name="Environment">Environment.</param>
/// <param name="Release">Release.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Subject">First line of the commit's message.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Images">Digest of each service's image.</param>
/// <param name="NeedsRequest">The environment asks for a deploy request.</param>
/// <param name="Template">What a deploy request must say, in the order in which it is asked.</param>
/// <param name="Request">The deploy request; null where nobody handed one in.</param>
/// <param name="Confirmation">How far its confirmation has come; null where none is asked for.</param>
/// <param name="Gates">Verdicts of all gates.</param>
public sealed record ApprovalAnswer(
    string Environment,
    string Release,
    string Commit,
    string Subject,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Images,
    bool NeedsRequest,
    IReadOnlyList<TemplateFieldAnswer> Template,
    RequestAnswer? Request,
    ConfirmationAnswer? Confirmation,
    IReadOnlyList<GateAnswer> Gates);

/// <summary>A field of a deploy request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it is for.</param>
/// <param name="Missing">The request does not say it yet.</param>
public sealed record TemplateFieldAnswer(string Name, string Meaning, bool Missing);

/// <summary>How far a confirmation has come.</summary>
/// <param name="Covers">Hash of what a yes covers as it is now; for <see cref="ConfirmRequest.Covers"/>.</param>
/// <param name="Roles">Roles that must say yes.</param>
/// <param name="Missing">Those of them whose yes is missing.</param>
/// <param name="Distinct">One person fills one role.</param>
/// <param name="Confirmations">Each yes that was said, oldest first.</param>
public sealed record ConfirmationAnswer(string Covers, IReadOnlyList<string> Roles, IReadOnlyList<string> Missing, bool Distinct, IReadOnlyList<YesAnswer> Confirmations);

/// <summary>A yes.</summary>
/// <param name="Role">In which role.</param>
/// <param name="Actor">By whom.</param>
/// <param name="At">When.</param>
/// <param name="WhyNot">Why it does not count, as the end of a sentence; null where it does.</param>
public sealed record YesAnswer(string Role, string Actor, DateTimeOffset At, string? WhyNot);
