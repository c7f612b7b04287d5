using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Whether exactly the release's commit was green elsewhere. Of several runs there the one that began last counts: an older green one, handed in again, opens nothing.</summary>
internal static class CiGate
{
    private const string Name = "ci";

    /// <summary>The verdict; a run can always be made, or made again.</summary>
    public static GateVerdict Judge(CiGateSpec asked, ImmutableArray<CiRunEvidence> runs)
    {
        var where = asked.System?.ToString() ?? "CI";
        // Of two that began at once the red one.
        var counted = runs.Where(r => asked.System is null || r.System == asked.System).MaxBy(r => (r.StartedAt, r.FailedStep is not null));
        return counted switch
        {
            null => new GateVerdict(Name, false, $"there is no evidence of a run in {where} of this commit") { CanBeBroughtAbout = true },
            { FailedStep: { } step } => new GateVerdict(Name, false, $"{step} failed in {Of(counted)}") { CanBeBroughtAbout = true },
            _ => new GateVerdict(Name, true, $"it was green in {Of(counted)}"),
        };
    }

    private static string Of(CiRunEvidence run) => $"{run.System?.ToString() ?? "a run elsewhere"} at {GateWords.Time(run.StartedAt)}, {run.Url ?? "without an address"}; by {run.By}";
}
