using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Simulation.Checks;
using Towpath.Simulation.Storage;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>What the processes and people of one simulation share.</summary>
/// <param name="Machine">The world.</param>
/// <param name="Store">What outlives control planes.</param>
/// <param name="Written">Wakes those who wait for facts.</param>
/// <param name="Ledger">The truth beside.</param>
/// <param name="Machines">Decisions: the real ones, or ones with a deliberate fault.</param>
/// <param name="Admission">Judges gates a second time.</param>
/// <param name="Shares">Watches weighted rollouts.</param>
/// <param name="Objectives">What users really saw.</param>
internal sealed record SimulationScene(
    MachineWorld Machine, IStore Store, WriteSignal Written, Ledger Ledger, Machines Machines, AdmissionCheck Admission, ShareCheck Shares, ObjectiveReading Objectives)
{
    /// <summary>Reads the gates for papers.</summary>
    public required PaperReading Papers { get; init; }

    /// <summary>Watches over what people do about papers.</summary>
    public required PaperCheck PaperCheck { get; init; }

    /// <summary>What control planes have in the place of the store: the store itself, or one that answers wrongly on purpose.</summary>
    public required Func<IStore, IStore> Altered { get; init; }
}
