using System.Collections.Immutable;
using Towpath.Core.Journal;

namespace Towpath.Core.Rollouts;

/// <summary>Answer of the machine: the state to store, and the facts to store with it.</summary>
/// <param name="State">Next state; its pending effects that are not in the state before are to be started once it is stored.</param>
/// <param name="Facts">What to write into the journal, in the same transaction.</param>
public sealed record Decision(DeploymentState State, ImmutableArray<Fact> Facts);
