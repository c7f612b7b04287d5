using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath escalation</c>.</summary>
internal sealed class EscalationVerb : Verb
{
    private readonly Argument<string?> _environment = new("ENV") { Description = "Environment (default: all of them).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _agenda = new("--agenda") { Description = "Print the agenda of the last meeting, as Markdown." };
    private readonly Option<bool> _dossier = new("--dossier") { Description = "Print the last dossier, as Markdown." };

    /// <summary>Declares it.</summary>
    public EscalationVerb()
        : base("escalation", "Shows how far blocked deploy requests have climbed.", "escalation production", "escalation production --agenda > agenda.md", "escalation production --dossier > dossier.md")
    {
        Arguments.Add(_environment);
        Options.Add(_agenda);
        Options.Add(_dossier);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var environment = invocation.Arguments.GetValue(_environment);
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var escalations = await plane.EscalationsAsync(application, environment, cancellationToken);
        EscalationLevel? asked = invocation.Arguments.GetValue(_dossier) ? EscalationLevel.Supervisor : invocation.Arguments.GetValue(_agenda) ? EscalationLevel.Meeting : null;
        if (asked is not { } level)
        {
            invocation.Terminal.Result(escalations, text =>
            {
                foreach (var escalation in escalations) EscalationText.Write(text, escalation);
            });
            return ExitCode.Success;
        }

        var step = escalations.SelectMany(e => e.Steps).FirstOrDefault(s => s.Level == level)
            ?? throw new DiagnosticException(ExitCode.NotFound, PeopleDiagnostics.NothingWritten(level == EscalationLevel.Meeting ? "agenda" : "dossier"));
        invocation.Terminal.Result(step, text => text.Write(step.Document));
        return ExitCode.Success;
    }
}

/// <summary>A verb about the escalation of one request.</summary>
internal abstract class EscalationChangeVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Argument<string?> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit (default: the one that was blocked last).", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares it.</summary>
    protected EscalationChangeVerb(string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Arguments.Add(_environment);
        Arguments.Add(_release);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var answer = await ChangeAsync(invocation, plane, application, invocation.Arguments.GetValue(_environment)!, invocation.Arguments.GetValue(_release), cancellationToken);
        invocation.Terminal.Result(answer, text => EscalationText.Write(text, answer));
        return ExitCode.Success;
    }

    /// <summary>Asks for the change.</summary>
    protected abstract Task<EscalationAnswer> ChangeAsync(
        Invocation invocation, IControlPlane plane, string application, string environment, string? release, CancellationToken cancellationToken);
}

/// <summary><c>towpath escalation raise</c>.</summary>
internal sealed class EscalationRaiseVerb : EscalationChangeVerb
{
    private readonly Option<EscalationLevel> _to = new("--to") { Description = "The step: channel, meeting or supervisor.", Required = true, HelpName = "STEP" };

    /// <summary>Declares it.</summary>
    public EscalationRaiseVerb()
        : base("raise", "Takes the next step for a blocked request now; a step whose time has not come needs those before it all the same.", "escalation raise production --to meeting") => Options.Add(_to);

    /// <inheritdoc/>
    protected override Task<EscalationAnswer> ChangeAsync(
        Invocation invocation, IControlPlane plane, string application, string environment, string? release, CancellationToken cancellationToken) =>
        plane.RaiseAsync(application, new RaiseRequest(environment, release, invocation.Arguments.GetValue(_to), invocation.Actor), cancellationToken);
}

/// <summary><c>towpath escalation outcome</c>.</summary>
internal sealed class EscalationOutcomeVerb : EscalationChangeVerb
{
    private readonly Option<string> _side = new("--side") { Description = "Team that writes it down.", Required = true, HelpName = "TEAM" };
    private readonly Option<string> _text = new("--text") { Description = "What was decided.", Required = true, HelpName = "TEXT" };

    /// <summary>Declares it.</summary>
    public EscalationOutcomeVerb()
        : base(
            "outcome", "Writes down what the meeting about a blocked request came to; it counts once another team has confirmed it.",
            "escalation outcome production --side dev --text \"ops confirms by friday noon\"")
    {
        Options.Add(_side);
        Options.Add(_text);
    }

    /// <inheritdoc/>
    protected override Task<EscalationAnswer> ChangeAsync(
        Invocation invocation, IControlPlane plane, string application, string environment, string? release, CancellationToken cancellationToken) =>
        plane.WriteOutcomeAsync(
            application, new OutcomeRequest(environment, release, invocation.Arguments.GetValue(_side)!, invocation.Arguments.GetValue(_text)!, invocation.Actor), cancellationToken);
}

/// <summary><c>towpath escalation confirm</c>.</summary>
internal sealed class EscalationConfirmVerb : EscalationChangeVerb
{
    private readonly Option<string> _side = new("--side") { Description = "Team that confirms it.", Required = true, HelpName = "TEAM" };

    /// <summary>Declares it.</summary>
    public EscalationConfirmVerb()
        : base("confirm", "Confirms for another team what a meeting came to.", "escalation confirm production --side ops") => Options.Add(_side);

    /// <inheritdoc/>
    protected override async Task<EscalationAnswer> ChangeAsync(
        Invocation invocation, IControlPlane plane, string application, string environment, string? release, CancellationToken cancellationToken)
    {
        // What is shown here is what is confirmed: the hash says so, whatever is written down meanwhile.
        var known = (await plane.EscalationsAsync(application, environment, cancellationToken))
            .FirstOrDefault(e => e.Outcome is { ConfirmedBy: null } && (release is null || e.Release.StartsWith(release, StringComparison.Ordinal)))
            ?? throw new DiagnosticException(ExitCode.NotFound, PeopleDiagnostics.NothingWritten("outcome that waits for another team"));
        invocation.Terminal.Say($"{known.Outcome!.Actor} wrote down for {known.Outcome.Side}: {Plain.Clean(known.Outcome.Text)}");
        return await plane.ConfirmOutcomeAsync(
            application, new OutcomeConfirmRequest(environment, known.Release, invocation.Arguments.GetValue(_side)!, known.Outcome.Hash, invocation.Actor), cancellationToken);
    }
}

/// <summary>An escalation in words.</summary>
internal static class EscalationText
{
    /// <summary>Since when, what is missing, which steps were taken, and what comes next.</summary>
    public static void Write(TextWriter writer, EscalationAnswer escalation)
    {
        writer.WriteLine($"{escalation.Release} for {escalation.Environment}: {(escalation.EndedAt is { } ended ? $"moves again, {TokenText.Time(ended)}" : $"blocked, {TokenText.Time(escalation.Since)}")}");
        foreach (var blocking in escalation.Blocking) writer.WriteLine($"  missing: {Plain.Clean(blocking)}");
        foreach (var step in escalation.Steps)
        {
            writer.WriteLine($"  {PeopleDiagnostics.Word(step.Level)}: {TokenText.Time(step.At)}, {(step.Actor is { } actor ? $"asked for by {Plain.Clean(actor)}" : "by itself")}");
        }

        if (escalation.Outcome is { } outcome)
        {
            writer.WriteLine($"  outcome: {Plain.Clean(outcome.Text)}");
            writer.WriteLine($"    by {Plain.Clean(outcome.Actor)} for {Plain.Clean(outcome.Side)}, {(outcome.ConfirmedBy is { } confirmer ? $"confirmed by {Plain.Clean(confirmer)} for {Plain.Clean(outcome.ConfirmedSide!)}" : "waits for another team")}");
        }

        if (escalation is { Next: { } next, NextAt: { } at }) writer.WriteLine($"  next: {PeopleDiagnostics.Word(next)}, {TokenText.Time(at)}");
    }
}
