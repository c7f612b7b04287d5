using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

/// <summary>The ports that environments have on this machine.</summary>
public interface IPortStore
{
    /// <summary>All that are held, by port.</summary>
    IReadOnlyList<PortHolding> Ports();

    /// <summary>Looks and changes in one transaction: two that want one port at once can't both have it.</summary>
    /// <param name="decide">Called with all that are held.</param>
    /// <param name="facts">Called with what was decided, unless it was refused.</param>
    /// <returns>What was decided.</returns>
    PortChange ChangePorts(Func<IReadOnlyList<PortHolding>, PortChange> decide, Func<PortChange, ImmutableArray<Fact>>? facts = null);
}
