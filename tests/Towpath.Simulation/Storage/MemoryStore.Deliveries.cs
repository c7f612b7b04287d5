using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Deliveries of releases.
internal sealed partial class MemoryStore
{
    private readonly List<DeliveryRecord> _deliveries = [];
    private readonly List<FinalDeliveryRecord> _finalDeliveries = [];

    /// <inheritdoc/>
    public void SaveDelivery(DeliveryRecord delivery, params ImmutableArray<Fact> facts) => Write(() =>
    {
        var index = _deliveries.FindIndex(d => d.Application == delivery.Application && d.Release == delivery.Release);
        if (index < 0) _deliveries.Add(delivery);
        else _deliveries[index] = _deliveries[index] with { Run = delivery.Run, Validation = delivery.Validation };
        Add(facts);
    });

    /// <inheritdoc/>
    public DeliveryRecord? Delivery(string application, string release) => Read(() => _deliveries.Find(d => d.Application == application && d.Release == release));

    /// <inheritdoc/>
    public IReadOnlyList<DeliveryRecord> Deliveries(string application, int count) => Read(() => _deliveries
        .Where(d => d.Application == application).OrderByDescending(d => d.At).ThenBy(d => d.Release, StringComparer.Ordinal).Take(count).ToList());

    /// <inheritdoc/>
    public bool AddFinalDelivery(FinalDeliveryRecord delivery, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_finalDeliveries.Exists(d => (d.Application, d.Release, d.Environment) == (delivery.Application, delivery.Release, delivery.Environment))) return false;
        _finalDeliveries.Add(delivery);
        Add(facts);
        return true;
    });

    /// <inheritdoc/>
    public IReadOnlyList<FinalDeliveryRecord> FinalDeliveries(string application, string release) => Read(() => _finalDeliveries
        .Where(d => d.Application == application && d.Release == release).OrderBy(d => d.At).ThenBy(d => d.Environment, StringComparer.Ordinal).ToList());
}
