using System.Collections.Frozen;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>What happens to a key.</summary>
internal enum Carriage
{
    /// <summary>It is read.</summary>
    Carried,

    /// <summary>It is known and changes behaviour, but is not read yet: an error.</summary>
    NotCarried,

    /// <summary>It is known and has no effect here: a warning.</summary>
    NoEffect,
}

/// <summary>The keys of one kind of mapping. Every key of the specification stands in a table, so that nothing is dropped in silence.</summary>
internal sealed class KeyTable
{
    private readonly Dictionary<string, (Carriage Carriage, string? Reason)> _rules = new(StringComparer.Ordinal);
    private FrozenDictionary<string, (Carriage Carriage, string? Reason)>? _frozen;

    /// <summary>Begins a table with the keys that are read.</summary>
    /// <param name="subject">What the mapping is, for messages: <c>a service</c>.</param>
    /// <param name="carried">Keys, separated by spaces.</param>
    public KeyTable(string subject, string carried)
    {
        Subject = subject;
        Add(Carriage.Carried, null, carried);
    }

    /// <summary>What the mapping is.</summary>
    public string Subject { get; }

    /// <summary>All keys that are known.</summary>
    public IEnumerable<string> Known => _rules.Keys;

    /// <summary>Adds keys, separated by spaces, that are known but not read.</summary>
    public KeyTable Add(Carriage carriage, string? reason, string keys)
    {
        foreach (var key in keys.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _rules.Add(key, (carriage, reason));
        }

        return this;
    }

    /// <summary>Tells of each key that is not read. Keys that begin with <c>x-</c> are the user's own.</summary>
    public void Check(YamlMapping mapping, DiagnosticBag bag)
    {
        _frozen ??= _rules.ToFrozenDictionary(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            var place = entry.Key;
            if (!_frozen.TryGetValue(entry.Name, out var rule))
            {
                if (!entry.Name.StartsWith("x-", StringComparison.Ordinal))
                {
                    bag.Add(ValueDiagnostics.UnknownKey(place.Location, entry.Name, Subject, bag.IsFull ? [] : _rules.Keys.Where(key => mapping.Entry(key) is null)));
                }
            }
            else if (rule.Carriage != Carriage.Carried && !SaysNothing(entry.Value))
            {
                bag.Add(rule.Carriage == Carriage.NotCarried
                    ? ValueDiagnostics.NotCarried(place.Location, entry.Name, Subject, rule.Reason)
                    : ValueDiagnostics.NoEffect(place.Location, entry.Name, Subject, rule.Reason));
            }
        }
    }

    // `privileged: false`, `devices: []` and `links:` ask for nothing.
    private static bool SaysNothing(YamlNode value) =>
        value.IsNull || value is YamlScalar { Value: "false" } or YamlSequence { Items.Length: 0 } or YamlMapping { Entries.Length: 0 };
}
