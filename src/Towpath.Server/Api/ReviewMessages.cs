using Towpath.Core.Reviews;

namespace Towpath.Server.Api;

/// <summary>How ready an application is.</summary>
/// <param name="Sheet">The readiness sheet, as of now.</param>
/// <param name="Schedule">When one is written by itself, in words; null for never.</param>
/// <param name="NextDue">When that is next; null for never.</param>
/// <param name="LastDue">Due time of the one that was written last; null for none.</param>
public sealed record ReviewAnswer(ReviewSheet Sheet, string? Schedule, DateTimeOffset? NextDue, DateTimeOffset? LastDue);

/// <summary>A readiness sheet that was written by itself.</summary>
/// <param name="Due">When it was due.</param>
/// <param name="At">When it was written.</param>
/// <param name="Text">Its text, as Markdown.</param>
/// <param name="Hash">SHA-256 of that, 64 hexadecimal digits; the journal has it too.</param>
public sealed record WrittenReviewAnswer(DateTimeOffset Due, DateTimeOffset At, string Text, string Hash);
