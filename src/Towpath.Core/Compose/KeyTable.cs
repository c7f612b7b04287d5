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

    /// <summary>It is read; its reader tells of those values that can't be had.</summary>
    InPart,
}

/// <summary>What happens to one key, and why.</summary>
/// <param name="Carriage">What happens.</param>
/// <param name="Reason">Why, where it is not read; null where the key says it.</param>
internal readonly record struct KeyRule(Carriage Carriage, string? Reason)
{
    /// <summary>How bad it is: an error before a warning before nothing.</summary>
    public int Weight => Carriage switch { Carriage.NotCarried => 2, Carriage.NoEffect => 1, _ => 0 };
}

/// <summary>The keys of one kind of mapping. Every key of the specification stands in a table, so that nothing is dropped in silence.</summary>
internal sealed class KeyTable
{
    private readonly Dictionary<string, KeyRule> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeyRule> _onKubernetes = new(StringComparer.Ordinal);
    private FrozenDictionary<string, KeyRule>? _frozen;

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
        foreach (var key in Split(keys))
        {
            _rules.Add(key, new KeyRule(carriage, reason));
        }

        return this;
    }

    /// <summary>Says of known keys, separated by spaces, what happens to them on Kubernetes in place of what the table says.</summary>
    public KeyTable OnKubernetes(Carriage carriage, string? reason, string keys)
    {
        foreach (var key in Split(keys))
        {
            _ = _rules[key];
            _onKubernetes.Add(key, new KeyRule(carriage, reason));
        }

        return this;
    }

    /// <summary>What happens to a known key on Kubernetes.</summary>
    public KeyRule OnKubernetes(string key) => _onKubernetes.TryGetValue(key, out var rule) ? rule : _rules[key];

    /// <summary>Tells of each key that is not read. Keys that begin with <c>x-</c> are the user's own.</summary>
    /// <param name="mapping">What the keys stand in.</param>
    /// <param name="bag">Where problems go.</param>
    /// <param name="engines">What it is read for. The stricter judgement counts.</param>
    public void Check(YamlMapping mapping, DiagnosticBag bag, EngineKinds engines = EngineKinds.Containers)
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
            else if (!SaysNothing(entry.Value))
            {
                Judge(entry, rule, bag, engines);
            }
        }
    }

    private void Judge(YamlEntry entry, KeyRule rule, DiagnosticBag bag, EngineKinds engines)
    {
        var onContainers = engines.HasFlag(EngineKinds.Containers) ? rule : default;
        var onKubernetes = engines.HasFlag(EngineKinds.Kubernetes) ? OnKubernetes(entry.Name) : default;
        var worst = onKubernetes.Weight > onContainers.Weight ? onKubernetes : onContainers;
        if (worst.Weight == 0)
        {
            return;
        }

        var (engine, reason) = (engines == EngineKinds.Containers, onContainers.Weight - onKubernetes.Weight) switch
        {
            (true, _) => (null, worst.Reason),
            (_, > 0) => ("on the engine `containers`", worst.Reason),
            (_, < 0) => ("on Kubernetes", worst.Reason),
            _ => ("on either engine", onKubernetes.Reason ?? onContainers.Reason),
        };
        bag.Add(worst.Carriage == Carriage.NotCarried
            ? ValueDiagnostics.NotCarried(entry.Key.Location, entry.Name, Subject, reason, engine)
            : ValueDiagnostics.NoEffect(entry.Key.Location, entry.Name, Subject, reason, engine));
    }

    private static string[] Split(string keys) => keys.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // `privileged: false`, `devices: []` and `links:` ask for nothing.
    private static bool SaysNothing(YamlNode value) =>
        value.IsNull || value is YamlScalar { Value: "false" } or YamlSequence { Items.Length: 0 } or YamlMapping { Entries.Length: 0 };
}
