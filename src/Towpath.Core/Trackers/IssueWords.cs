using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Trackers;

/// <summary>What is to be changed at an issue.</summary>
/// <param name="Add">Labels that it must get.</param>
/// <param name="Remove">Labels that it must lose.</param>
/// <param name="Close">It must be closed.</param>
public sealed record IssueChange(ImmutableArray<string> Add, ImmutableArray<string> Remove, bool Close)
{
    /// <summary>Nothing is to be changed.</summary>
    public bool IsNothing => Add.IsEmpty && Remove.IsEmpty && !Close;
}

/// <summary>What is written at issues and changes. All words of others go through <see cref="TrackerText"/>.</summary>
public static class IssueWords
{
    private const int MostFindings = 30;

    /// <summary>The label of a state: a scoped one in GitLab, of which an issue has one at a time (GitLab Docs, "Labels", scoped labels), and a plain one in GitHub.</summary>
    public static string Label(TrackerKind kind, RequestState state) => $"towpath{(kind == TrackerKind.GitLab ? "::" : ":")}{Word(state)}";

    /// <summary>From how an issue is to how it is to be.</summary>
    /// <param name="kind">Where it is.</param>
    /// <param name="labels">Labels that it has.</param>
    /// <param name="isOpen">It is open.</param>
    /// <param name="state">State of its request.</param>
    public static IssueChange Change(TrackerKind kind, IReadOnlyCollection<string> labels, bool isOpen, RequestState state)
    {
        var wanted = Label(kind, state);
        var others = Enum.GetValues<RequestState>().Select(s => Label(kind, s)).Where(l => l != wanted);
        return new IssueChange(
            labels.Contains(wanted) ? [] : [wanted], [.. others.Where(labels.Contains)], isOpen && state is (RequestState.Done or RequestState.Refused));
    }

    /// <summary>The one comment that says where the request of an issue stands.</summary>
    /// <param name="mark">By which it is found again.</param>
    /// <param name="problems">Why the issue, as it is now, is no request; empty where it is one.</param>
    /// <param name="request">Release, environment and standing of its request; null where there is none yet.</param>
    public static string Standing(string mark, IReadOnlyCollection<string> problems, (string Release, string Environment, RequestStanding Standing)? request)
    {
        var text = new StringBuilder(TrackerText.Mark(mark)).Append('\n');
        if (problems.Count > 0)
        {
            text.Append(request is null ? "**Towpath can't take this issue as a deploy request yet.**\n\n" : "**Towpath can't read this issue as it is now. The deploy request stays as it was.**\n\n");
            foreach (var problem in problems) text.Append("- ").Append(problem).Append('\n');
            text.Append("\nEdit the issue: it is read again, and this comment changes with it.\n");
        }

        if (request is not var (release, environment, standing)) return text.ToString();
        text.Append($"{(problems.Count > 0 ? "\n" : "")}**Deploy request of {TrackerText.Line(release)} for {TrackerText.Line(environment)}: {Word(standing.State)}**\n");
        if (standing.Missing.IsEmpty) return text.ToString();
        text.Append("\nWhat keeps it out:\n\n");
        foreach (var missing in standing.Missing) text.Append("- ").Append(TrackerText.Line(missing)).Append('\n');
        return text.ToString();
    }

    /// <summary>A problem in a line of Markdown.</summary>
    public static string Problem(Diagnostic problem) =>
        $"{TrackerText.Line(problem.Headline)} ({problem.Code}){string.Concat(problem.Notes.Select(n => ": " + TrackerText.Line(n)))}{(problem.Help is { } help ? ". What to do: " + TrackerText.Line(help) : "")}";

    /// <summary>A comment about something that happened.</summary>
    /// <param name="key">By which it is found again.</param>
    /// <param name="text">What happened.</param>
    /// <param name="at">When.</param>
    public static string Event(string key, string text, DateTimeOffset at) => $"{TrackerText.Mark(key)}\n{TrackerText.Line(text)} ({at.UtcDateTime:yyyy-MM-dd HH:mm} UTC)\n";

    /// <summary>The comment of a pipeline run at a merge request or pull request.</summary>
    /// <param name="mark">By which it is found again.</param>
    /// <param name="application">Application.</param>
    /// <param name="run">The run.</param>
    /// <param name="commit">Commit.</param>
    /// <param name="findings">What is wrong; empty for a run that is good again.</param>
    public static string Findings(string mark, string application, string run, string commit, IReadOnlyList<Diagnostic> findings)
    {
        var text = new StringBuilder(TrackerText.Mark(mark)).Append('\n');
        var what = $"{TrackerText.Line(application)}: {run} of commit {commit[..Math.Min(12, commit.Length)]}";
        if (findings.Count == 0) return text.Append($"**{what} became a release: nothing is wrong any more.**\n").ToString();
        text.Append($"**{what} failed**\n\n");
        foreach (var finding in findings.Take(MostFindings))
        {
            var place = finding.Location is { } at ? $" at {TrackerText.Line($"{at.File}:{at.Line}")}" : "";
            text.Append("- ").Append(Problem(finding)).Append(place).Append('\n');
        }

        if (findings.Count > MostFindings) text.Append(FormattableString.Invariant($"\nand {findings.Count - MostFindings} more\n"));
        return text.ToString();
    }

    private static string Word(RequestState state) => state switch
    {
        RequestState.Open => "open",
        RequestState.Complete => "complete",
        RequestState.Confirmed => "confirmed",
        RequestState.Done => "done",
        _ => "refused",
    };
}
