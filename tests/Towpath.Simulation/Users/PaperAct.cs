using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Users;

/// <summary>Something that somebody does about papers at a control plane.</summary>
/// <param name="What">In words.</param>
/// <param name="Actor">Who.</param>
/// <param name="Do">Asks the control plane.</param>
internal sealed record PaperAct(string What, string Actor, Action<ControlPlaneProcess> Do)
{
    /// <summary>Application that the journal names; empty for none.</summary>
    public string Application { get; init; } = "";

    /// <summary>Sort of fact that the journal tells of it when it is new; null for none.</summary>
    public string? Kind { get; init; }

    /// <summary>It is kept: looked up past the control planes.</summary>
    public required Func<bool> IsThere { get; init; }

    /// <summary>It stays there for ever.</summary>
    public bool Stays { get; init; }

    /// <summary>Writes it into the ledger.</summary>
    public required Action Record { get; init; }

    /// <summary>Why it must be refused at the moment at which it is asked for; null where it may pass.</summary>
    public Func<string?> Wrong { get; init; } = () => null;
}
