using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Ci;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Simulation.Checks;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Users;

/// <summary>People who see to the papers of one application: they sign its agreement, hand in what ran elsewhere, deliver for good. Some of it is no use, and some is forged.</summary>
internal sealed class Clerks(string application, PaperOptions options, SimulationScene scene, ReleasePapers papers, ControlPlanes planes)
{
    /// <summary>Account of the program that hands in evidence.</summary>
    public const string Robot = "ci";

    private const string Runner = "runner";
    private static readonly string[] Names = ["ann", "bob", "cem"];
    private static readonly string[] Sides = ["dev", "ops", "qa"];

    private readonly Random _random = options.Random($"clerks of {application}");

    private PaperLedger Papers => scene.Ledger.Papers;

    private DateTimeOffset Now => scene.Machine.Clock.Now;

    /// <summary>They begin; each act is followed by the next, until a virtual time.</summary>
    public void Begin(TimeSpan until) => scene.Machine.Clock.After(TimeSpan.FromSeconds(_random.NextDouble() * 120 / options.Acts), () =>
    {
        if (scene.Machine.Clock.Elapsed >= until) return;
        var newest = scene.Store.Releases(application, 3);
        Act(newest[_random.Next(newest.Count)]);
        Begin(until);
    });

    /// <summary>Whatever a release still lacks is brought, by whoever can.</summary>
    public void Bring(string name)
    {
        var release = scene.Store.Release(application, name)!;
        foreach (var environment in scene.Store.Application(application)!.Ladder.Environments)
            foreach (var (gate, why) in scene.Papers!.All(application, environment, name, isSure: false))
                if (why is not null) Bring(release, environment, gate);
    }

    private void Bring(Release release, EnvironmentSpec environment, string gate)
    {
        switch (gate)
        {
            case "agreement":
                foreach (var actor in Names)
                    foreach (var side in environment.Gates.Agreement!.Sides) Sign(release, side, actor, Papers.Texts[(application, release.Id)].Text);
                break;
            case "ci":
                HandIn(release, new VouchedRun(application, release.Commit, CiSystem.GitLab, Now, true, null));
                break;
            case "delivery" or "lead":
                Deliver(release, environment.Name, "ann");
                break;
        }
    }

    private void Act(Release release)
    {
        var isWrong = _random.NextDouble() < options.Wrong;
        var actor = Names[_random.Next(Names.Length)];
        switch (_random.Next(10))
        {
            case < 4 when Papers.Texts.TryGetValue((application, release.Id), out var agreement):
                // Whoever read an older text signs that, as far as they know.
                Sign(release, Sides[_random.Next(isWrong ? 3 : 2)], actor, isWrong ? ReleasePapers.Text(_random.Next(4)) : agreement.Text);
                break;
            case < 7:
                var run = new VouchedRun(
                    application, release.Commit, _random.Next(3) == 0 ? null : _random.Next(4) == 0 ? CiSystem.GitHub : CiSystem.GitLab,
                    Now - TimeSpan.FromSeconds(_random.Next(120)), _random.Next(4) != 0, _random.Next(3) == 0 ? Runner : null);
                if (isWrong) Forge(release, run, actor);
                else HandIn(release, run);
                break;
            case 7:
                var ladder = scene.Store.Application(application)!.Ladder.Environments;
                Deliver(release, _random.Next(4) == 0 ? null : ladder[_random.Next(ladder.Length)].Name, actor);
                break;
            case 8 when _random.Next(2) == 0:
                papers.Read(release);
                break;
            case 8:
                papers.DeliverAgain(release, isGood: !isWrong);
                break;
            case 9:
                ChangeKey(actor, adds: _random.Next(3) != 0);
                break;
        }
    }

    private void Sign(Release release, string side, string actor, string text) =>
        Ask(new PaperAct($"{actor} signs \"{text}\" of {application} for {side}", actor, plane => plane.Agreements.Sign(application, new SignRequest(release.Id, side, ReleasePapers.HashOf(text)[..12], actor)))
        {
            Application = application,
            Kind = FactKind.AgreementSigned,
            Stays = true,
            Wrong = () => Papers.Texts.TryGetValue((application, release.Id), out var brought) && brought.Text != text ? "that is not the text of the release"
                : Papers.Signed.Any(s => s.Application == application && s.Text == text && s.Actor == actor && s.Side != side) ? "nobody signs for two sides" : null,
            IsThere = () => scene.Store.Signatures(application, ReleasePapers.HashOf(text)).Any(s => s.Side == side && s.Actor == actor),
            Record = () => Papers.Signed.Add((application, text, side, actor)),
        });

    private void HandIn(Release release, VouchedRun run)
    {
        var content = Content(run, run.Application);
        Ask(new PaperAct(
            $"{Robot} hands in a {(run.IsGreen ? "green" : "red")} run of {release.Id} of {application} at {run.StartedAt:O} in {run.System}, vouched for by {run.Key ?? Robot}", Robot,
            plane => plane.Evidence.Submit(application, new EvidenceRequest(content, Robot) { Signature = run.Key is null ? null : EvidenceKey.Runner.Sign(content) }))
        {
            Application = application,
            Kind = FactKind.EvidenceAccepted,
            Stays = true,
            Wrong = () => run.Key is { } key && !Papers.Keys.Contains((application, key)) ? "the key that signed it is not registered" : null,
            IsThere = () => scene.Store.CiEvidence(application, run.Commit, int.MaxValue).Any(e => e.Content == content && (e.Key is null) == (run.Key is null)),
            Record = () => Papers.Runs.Add(run),
        });
    }

    /// <summary>Evidence that must count nowhere: of another application or commit, signed by a stranger, altered after it was signed, or vouched for by nobody.</summary>
    private void Forge(Release release, VouchedRun run, string actor)
    {
        var content = Content(run, application);
        var (what, request) = _random.Next(5) switch
        {
            0 => ("of another application", new EvidenceRequest(Content(run, application + "-2"), Robot)),
            1 => ("of another commit than is meant", new EvidenceRequest(content, Robot) { Commit = new string('f', 40) }),
            2 => ("signed by a stranger", new EvidenceRequest(content, Robot) { Signature = EvidenceKey.Stranger.Sign(content) }),
            3 => ("altered after it was signed", new EvidenceRequest(content, Robot) { Signature = EvidenceKey.Runner.Sign(Content(run with { IsGreen = !run.IsGreen }, application)) }),
            _ => ("that nobody vouches for", new EvidenceRequest(content, actor)),
        };
        Ask(new PaperAct($"{actor} hands in evidence {what} for {release.Id} of {application}", actor, plane => plane.Evidence.Submit(application, request))
        {
            Wrong = () => $"it is evidence {what}",
            IsThere = () => false,
            Record = () => { },
        });
    }

    private void Deliver(Release release, string? environment, string actor) =>
        Ask(new PaperAct($"{release.Id} of {application} is delivered for good for {environment ?? "all"}", actor, plane => plane.Desk.Deliver(application, new DeliverRequest(release.Id, environment, actor)))
        {
            Application = application,
            Kind = FactKind.DeliveryFinal,
            Stays = true,
            Wrong = () => scene.Ledger.Rejected.Contains((application, release.Id)) ? "it was rejected" : null,
            IsThere = () => scene.Store.FinalDeliveries(application, release.Id).Any(f => f.Environment == environment),
            // The first time counts.
            Record = () => Papers.Finals.TryAdd((application, release.Id, environment), Now),
        });

    private void ChangeKey(string actor, bool adds) =>
        Ask(new PaperAct($"{actor} {(adds ? "registers" : "takes away")} the key {Runner} of {application}", actor, plane =>
        {
            if (adds) plane.Evidence.AddKey(application, new EvidenceKeyRequest(Runner, EvidenceKey.Runner.Pem, actor));
            else plane.Evidence.RemoveKey(application, new EvidenceKeyRemovalRequest(Runner, actor));
        })
        {
            Application = application,
            Kind = adds ? FactKind.EvidenceKeyAdded : FactKind.EvidenceKeyRemoved,
            IsThere = () => scene.Store.EvidenceKeys(application).Any(k => k.Name == Runner) == adds,
            Record = () =>
            {
                if (adds) Papers.Keys.Add((application, Runner));
                else Papers.Keys.Remove((application, Runner));
            },
        });

    private static string Content(VouchedRun run, string application) => CiEvidenceFile.Write(new CiEvidence(
        application, run.Commit, run.StartedAt, TimeSpan.FromSeconds(5), [new CiStep("test:api", run.IsGreen, TimeSpan.FromSeconds(4), null)],
        ImmutableSortedDictionary<string, string>.Empty, run.System is { } system ? new CiPlace(system, null, null, null, null) : null));

    private void Ask(PaperAct act) => planes.Ask(act.What, plane => scene.PaperCheck.Perform(act, plane));
}
