using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Core.Supply.Advisories;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Inventories, provenance, advisories.
internal sealed partial class MemoryStore
{
    private readonly Dictionary<string, (string Content, DateTimeOffset At)> _inventories = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Application, string Release), string> _provenance = [];
    private readonly SortedDictionary<string, Advisory> _advisories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _imports = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? Inventory(string digest) => Read(() => _inventories.TryGetValue(digest, out var kept) ? kept.Content : null);

    /// <inheritdoc/>
    public void SaveInventory(string digest, string content, DateTimeOffset now) => Write(() => { _inventories[digest] = (content, now); });

    /// <inheritdoc/>
    public void RemoveInventories(IReadOnlySet<string> kept, DateTimeOffset before) => Write(() =>
    {
        foreach (var digest in _inventories.Where(i => i.Value.At < before && !kept.Contains(i.Key)).Select(i => i.Key).ToList()) _inventories.Remove(digest);
    });

    /// <inheritdoc/>
    public string? Provenance(string application, string release) => Read(() => _provenance.GetValueOrDefault((application, release)));

    /// <inheritdoc/>
    public void SaveProvenance(string application, string release, string envelope) => Write(() => { _provenance.TryAdd((application, release), envelope); });

    /// <inheritdoc/>
    public void SaveAdvisories(IReadOnlyList<Advisory> advisories) => Write(() =>
    {
        foreach (var advisory in advisories) _advisories.Remove(advisory.Id);
        foreach (var advisory in advisories.Where(a => !a.Withdrawn)) _advisories.TryAdd(advisory.Id, advisory);
    });

    /// <inheritdoc/>
    public IReadOnlyList<PackageAdvisory> Advisories(string ecosystem, string package) => Read(() => _advisories.Values
        .SelectMany(a => a.Affected.Where(p => p.Ecosystem == ecosystem && p.Package == package).Select(p => new PackageAdvisory(a.Id, a.Names, a.Summary, p))).ToList());

    /// <inheritdoc/>
    public void FinishImport(ImmutableArray<string> families, DateTimeOffset now, params ImmutableArray<Fact> facts) => Write(() =>
    {
        foreach (var family in families) _imports[family] = ISupplyStore.TimeAfter(_imports.TryGetValue(family, out var before) ? before : null, now);
        Add(facts);
    });

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, DateTimeOffset> Imports() => Read(() => new Dictionary<string, DateTimeOffset>(_imports, StringComparer.Ordinal));
}
