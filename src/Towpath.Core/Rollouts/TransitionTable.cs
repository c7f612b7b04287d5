using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Towpath.Core.Rollouts;

/// <summary>
/// The table of a state machine, written for people and read by the machine itself: one row for each state, one column for each event, a
/// cell for every pair. <c>.</c> says that the event is ignored; <c>=</c> that the machine stays in its state (and may remember something, or
/// begin effects); names are states that it may go to. The machine does nothing that its table does not say: see <see cref="Ignores"/> and
/// <see cref="Allows"/>.
/// </summary>
public sealed class TransitionTable
{
    private const string Stays = "=";
    private const string Ignored = ".";

    private readonly FrozenDictionary<(string State, string Event), ImmutableArray<string>> _cells;

    private TransitionTable(FrozenDictionary<(string State, string Event), ImmutableArray<string>> cells) => _cells = cells;

    /// <summary>All pairs of state and event that are not ignored.</summary>
    public IEnumerable<(string State, string Event)> Pairs => _cells.Where(c => !c.Value.IsEmpty).Select(c => c.Key);

    /// <summary>All pairs of state and event.</summary>
    public IEnumerable<(string State, string Event)> Cells => _cells.Keys;

    /// <summary>Reads a table: a line of events, then a line for each state; cells are set apart by <c>|</c>.</summary>
    /// <exception cref="FormatException">A row has not one cell for each event.</exception>
    public static TransitionTable Parse(string text)
    {
        var rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('|', StringSplitOptions.TrimEntries)).ToList();
        var events = rows[0][1..];
        var cells = new Dictionary<(string, string), ImmutableArray<string>>();
        foreach (var row in rows[1..])
        {
            if (row.Length != rows[0].Length) throw new FormatException($"the row of {row[0]} has {row.Length - 1} cells for {events.Length} events");
            foreach (var (name, cell) in events.Zip(row[1..]))
                cells[(row[0], name)] = [.. cell.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w != Ignored).Select(w => w == Stays ? row[0] : w)];
        }
        return new TransitionTable(cells.ToFrozenDictionary());
    }

    /// <summary>States that an event may lead to from a state; empty where it is ignored.</summary>
    public ImmutableArray<string> From(string state, string happened) =>
        _cells.TryGetValue((state, happened), out var to) ? to : [];

    /// <summary>The event changes nothing in that state.</summary>
    public bool Ignores(string state, string happened) => From(state, happened).IsEmpty;

    /// <summary>The event may lead from the one state to the other.</summary>
    public bool Allows(string state, string happened, string next) => Ignores(state, happened) ? state == next : From(state, happened).Contains(next);
}
