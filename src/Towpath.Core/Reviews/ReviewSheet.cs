using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Reviews;

/// <summary>How ready an application is, as it was at one time.</summary>
/// <param name="Application">Application.</param>
/// <param name="At">When.</param>
/// <param name="Runs">The last pipeline run of each of the newest commits, newest first.</param>
/// <param name="Contract">What the contract found in the newest commit; null where no run came so far.</param>
/// <param name="Agreement">The agreement of the newest release; null where it brings none.</param>
/// <param name="Environments">Environments, lowest first.</param>
/// <param name="Requests">Deploy requests that are neither done nor refused.</param>
/// <param name="Ahead">Days ahead on which nothing enters, demos among them.</param>
public sealed record ReviewSheet(
    string Application, DateTimeOffset At, IReadOnlyList<ReviewedRun> Runs, ReviewedContract? Contract, ReviewedAgreement? Agreement,
    IReadOnlyList<ReviewedEnvironment> Environments, IReadOnlyList<ReviewedRequest> Requests, IReadOnlyList<DaysAhead> Ahead);

/// <summary>A pipeline run.</summary>
/// <param name="Run">Its number.</param>
/// <param name="Commit">Full object name.</param>
/// <param name="Subject">First line of the commit's message.</param>
/// <param name="State">What became of it, in a word.</param>
/// <param name="At">When it ended; when it was queued, where it did not.</param>
/// <param name="Release">Release that it made; null for none.</param>
/// <param name="Failed">The step that failed; null for none.</param>
public sealed record ReviewedRun(string Run, string Commit, string Subject, string State, DateTimeOffset At, string? Release, string? Failed);

/// <summary>What the contract found in a commit.</summary>
/// <param name="Commit">Full object name.</param>
/// <param name="Found">Its findings in a few words; empty for none.</param>
/// <param name="Open">Its warnings and errors, one by one, as far as the journal still tells them.</param>
public sealed record ReviewedContract(string Commit, string Found, IReadOnlyList<ReviewedFinding> Open);

/// <summary>A finding of the contract.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">Its code.</param>
/// <param name="Text">What it says.</param>
/// <param name="Place">Where; null for nowhere in a file.</param>
public sealed record ReviewedFinding(Severity Severity, string Code, string Text, string? Place);

/// <summary>An agreement and who has still to sign it.</summary>
/// <param name="Release">Release that brings it.</param>
/// <param name="File">Its path in the commit.</param>
/// <param name="Hash">Hash of its text.</param>
/// <param name="Missing">Sides without a signature.</param>
public sealed record ReviewedAgreement(string Release, string File, string Hash, IReadOnlyList<string> Missing);

/// <summary>An environment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Release">Release that it runs; null before the first.</param>
/// <param name="Since">Since when.</param>
/// <param name="StandsStill">Why nothing moves there; null where it does.</param>
/// <param name="Stability">How it fared lately.</param>
/// <param name="Next">Release that could come in next; null for none.</param>
/// <param name="Waits">What keeps that one out: gate and evidence.</param>
public sealed record ReviewedEnvironment(
    string Name, string? Release, DateTimeOffset? Since, string? StandsStill, Stability Stability, string? Next, IReadOnlyList<string> Waits);

/// <summary>A deploy request.</summary>
/// <param name="Environment">Environment that the release is to enter.</param>
/// <param name="Release">Release.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Missing">What keeps its release out.</param>
/// <param name="BlockedSince">Since when nothing moves, where that is counted; null else.</param>
public sealed record ReviewedRequest(string Environment, string Release, RequestState State, IReadOnlyList<string> Missing, DateTimeOffset? BlockedSince);
