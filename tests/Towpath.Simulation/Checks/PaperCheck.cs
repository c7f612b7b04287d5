using Towpath.Core.Journal;
using Towpath.Simulation.Users;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>Papers that a control plane took are there for ever, whoever dies; what it must refuse it refuses; and the journal tells who did it and when, and tells nothing that nobody did.</summary>
internal sealed class PaperCheck(Ledger ledger, MachineWorld machine) : WorldCheck
{
    private static readonly HashSet<string> Kinds =
        [FactKind.AgreementSigned, FactKind.EvidenceAccepted, FactKind.EvidenceKeyAdded, FactKind.EvidenceKeyRemoved, FactKind.DeliveryFinal, FactKind.VulnerabilitiesImported];

    private readonly HashSet<(string Kind, string Application, string Actor)> _asked = [];
    private readonly Dictionary<string, Func<bool>> _kept = new(StringComparer.Ordinal);

    /// <summary>Does an act at a control plane, and sees what became of it.</summary>
    public void Perform(PaperAct act, Runs.ControlPlaneProcess plane)
    {
        if (act.Wrong() is { } wrong)
        {
            act.Do(plane);
            Violated($"{plane.Process.Name} took this: {act.What}, although {wrong}");
            return;
        }
        var (wasThere, last, isDone) = (act.IsThere(), ledger.Store.LastSequence(), false);
        if (act.Kind is { } kind) _asked.Add((kind, act.Application, act.Actor));
        try
        {
            act.Do(plane);
            isDone = true;
        }
        finally
        {
            // Whoever is killed in the middle may have done it or not.
            if (act.IsThere()) Keep(act, isNew: !wasThere, last);
            else if (isDone) Violated($"{plane.Process.Name} said yes to this: {act.What}; and it is not there");
        }
    }

    /// <summary>All that was taken is still there.</summary>
    public void Look()
    {
        foreach (var (what, isThere) in _kept)
            if (!isThere()) Violated($"this was taken, and is not there any more: {what}");
    }

    /// <inheritdoc/>
    public override void Told(Fact fact)
    {
        if (Kinds.Contains(fact.Kind) && !_asked.Contains((fact.Kind, fact.Application, fact.Actor ?? "")))
            Violated($"the journal tells of {fact.Kind} by {fact.Actor ?? "nobody"}, which nobody did: {fact.Text}");
    }

    private void Keep(PaperAct act, bool isNew, long last)
    {
        act.Record();
        if (act.Stays) _kept[act.What] = act.IsThere;
        if (!isNew || act.Kind is not { } kind) return;
        if (!ledger.Store.Facts(null, last, int.MaxValue).Any(f => f.Kind == kind && f.Application == act.Application && f.Actor == act.Actor && f.At == machine.Clock.Now))
            Violated($"{act.Actor} did this at {machine.Clock.Now:T}: {act.What}; and the journal does not tell of it");
    }
}
