using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Core.Supply.Advisories;

namespace Towpath.Simulation.Storage;

// Inventories, provenance, advisories.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public string? Inventory(string digest) => Read(() => inner.Inventory(digest));

    /// <inheritdoc/>
    public void SaveInventory(string digest, string content, DateTimeOffset now) => Write(() => inner.SaveInventory(digest, content, now));

    /// <inheritdoc/>
    public void RemoveInventories(IReadOnlySet<string> kept, DateTimeOffset before) => Write(() => inner.RemoveInventories(kept, before));

    /// <inheritdoc/>
    public string? Provenance(string application, string release) => Read(() => inner.Provenance(application, release));

    /// <inheritdoc/>
    public void SaveProvenance(string application, string release, string envelope) => Write(() => inner.SaveProvenance(application, release, envelope));

    /// <inheritdoc/>
    public void SaveAdvisories(IReadOnlyList<Advisory> advisories) => Write(() => inner.SaveAdvisories(advisories));

    /// <inheritdoc/>
    public IReadOnlyList<PackageAdvisory> Advisories(string ecosystem, string package) => Read(() => inner.Advisories(ecosystem, package));

    /// <inheritdoc/>
    public void FinishImport(ImmutableArray<string> families, DateTimeOffset now, params ImmutableArray<Fact> facts) =>
        Write(() => inner.FinishImport(families, now, facts));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, DateTimeOffset> Imports() => Read(inner.Imports);
}
