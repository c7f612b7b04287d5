using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Core.Trackers;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Storage;

namespace Towpath.Server.Trackers;

/// <summary>From issues to deploy requests, with the rights of whoever wrote the issue. Nothing is written to the tracker here: facts are, and the outbox has them.</summary>
internal sealed class IssueDesk(TrackerSpec spec, TrackedIssues issues, DeliveryDesk desk, IStore store, TimeProvider time)
{
    private readonly Lookup _lookup = new(store);

    /// <summary>What an issue asks for.</summary>
    private sealed record Wish(string Application, string Environment, string Release, string Account, ImmutableSortedDictionary<string, string> Fields);

    /// <summary>Takes an issue as it is now. Taken again, or killed anywhere and taken again, it comes to the same.</summary>
    public void Take(TrackerIssue issue)
    {
        var known = issues.Issue(issue.Number);
        if (known is null && !issue.IsOpen) return;
        var record = known ?? TrackedIssues.New(issue.Number);
        if (!issue.IsOpen)
        {
            if (record.IsOpen) Close(record);
            return;
        }

        var text = Hash($"{issue.Author}\n{issue.Text}");
        // One that is no request is judged again whenever it was touched: a role, a release or an account may be there by now.
        if (record.IsOpen && record.Text == text && record.Problems.IsEmpty) return;
        var (wish, problems) = Read(issue);
        if (wish is not null) problems = HandIn(record, wish, text);
        if (!problems.IsEmpty) Refuse(record, issue, problems, text);
    }

    /// <summary>An issue that is closed by hand takes its request back. Where Towpath closed it, the request is at its end already.</summary>
    private void Close(IssueRecord record)
    {
        Withdraw(record, $"issue {record.Number} was closed");
        issues.Save(record with { IsOpen = false });
    }

    private void Withdraw(IssueRecord record, string why)
    {
        if (record is not { Application: { } application, Environment: { } environment, Release: { } release }) return;
        try
        {
            desk.Refuse(application, new RefuseRequest(environment, release, why, spec.Actor));
        }
        catch (DiagnosticException)
        {
            // There is nothing to take back: it is done or refused, or what it was about is gone.
        }
    }

    private ImmutableArray<Diagnostic> HandIn(IssueRecord record, Wish wish, string text)
    {
        var isSame = record.IsFor(wish.Application, wish.Environment, wish.Release);
        if (issues.IssueOf(wish.Application, wish.Environment, wish.Release) is { IsOpen: true } other && other.Number != record.Number)
            return [TrackerDiagnostics.AskedElsewhere(other.Number, wish.Release, wish.Environment)];
        var linked = record with { Application = wish.Application, Environment = wish.Environment, Release = wish.Release, IsOpen = true, Problems = [], Text = "" };
        try
        {
            if (!isSame) Withdraw(record, $"issue {record.Number} asks for something else now");
            // Before the request, so that whatever is told of the request finds its issue.
            issues.Save(linked);
            // What was handed in before the process was killed is not handed in twice; but where problems are gone, the issue is to be told.
            if (!isSame || !record.Problems.IsEmpty || !Says(wish)) desk.Request(wish.Application, new DeployRequest(wish.Environment, wish.Release, wish.Fields, wish.Account));
        }
        catch (DiagnosticException exception)
        {
            return exception.Diagnostics;
        }

        issues.Save(linked with { Text = text });
        return [];
    }

    private bool Says(Wish wish) =>
        store.DeployRequest(wish.Application, wish.Environment, wish.Release) is { Refusal: null } request && wish.Fields.All(f => request.Fields.GetValueOrDefault(f.Key, "") == f.Value);

    private void Refuse(IssueRecord record, TrackerIssue issue, ImmutableArray<Diagnostic> problems, string text)
    {
        ImmutableArray<string> lines = [.. problems.Select(IssueWords.Problem)];
        var next = (issues.Issue(record.Number) ?? record) with { IsOpen = true, Text = text, Problems = lines };
        if (record.IsOpen && record.Problems.SequenceEqual(lines))
        {
            issues.Save(next);
            return;
        }

        issues.Save(next, new Fact
        {
            At = time.GetUtcNow(),
            Kind = FactKind.IssueUnreadable,
            Application = spec.Applications[0],
            Text = $"issue {issue.Number} in {spec.Name} can't become a deploy request: {string.Join("; ", problems.Select(p => p.Headline))}",
            Actor = spec.Actor,
            Issue = $"{spec.Name}/{issue.Number}",
            Diagnostic = problems[0],
        });
    }

    /// <summary>What an issue asks for, or all that is wrong with it. Who may ask for nothing is not told what there is.</summary>
    private (Wish? Wish, ImmutableArray<Diagnostic> Problems) Read(TrackerIssue issue)
    {
        var reading = IssueTemplate.Read(issue.Text);
        var problems = ImmutableArray.CreateBuilder<Diagnostic>();
        problems.AddRange(reading.Problems);
        var account = spec.Accounts.GetValueOrDefault(issue.Author) is { } name ? store.Account(name) : null;
        if (account is null or { Disabled: true }) problems.Add(TrackerDiagnostics.UnknownAuthor(issue.Author, spec.Name));
        var application = reading.Application ?? (spec.Applications is [var only] ? only : null);
        if (application is null) problems.Add(TrackerDiagnostics.ItemMissing("application", $"the tracker is for {string.Join(", ", spec.Applications)}"));
        else if (!spec.Applications.Contains(application)) problems.Add(TrackerDiagnostics.ItemUnreadable("application", $"the tracker is for {string.Join(", ", spec.Applications)}"));
        if (problems.Count > 0 || account is null || application is null || reading is not { Environment: { } environment, Release: { } release }) return (null, WithFields(problems, reading));
        if (Judge(account, application, environment) is { Allowed: false } no) return (null, [TrackerDiagnostics.AuthorMayNot(no.Why, no.Needed)]);
        try
        {
            var known = _lookup.Application(application);
            return (new Wish(application, Lookup.Environment(known, environment).Name, _lookup.Release(application, release).Id, account.Name, reading.Fields), []);
        }
        catch (DiagnosticException exception)
        {
            return (null, exception.Diagnostics);
        }
    }

    private static ImmutableArray<Diagnostic> WithFields(ImmutableArray<Diagnostic>.Builder problems, IssueReading reading)
    {
        problems.AddRange(DeployRequestTemplate.Fields.Where(f => reading.Fields[f.Name].Length == 0).Select(f => TrackerDiagnostics.ItemMissing(f.Name, f.Meaning)));
        return problems.ToImmutable();
    }

    private Judgement Judge(AccountRecord account, string application, string environment) => Access.Judge(
        new Principal(account.Name, account.Kind, [.. account.Teams], [.. store.Grants(account.Name)]), Deed.Request, application, environment, time.GetUtcNow());

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
