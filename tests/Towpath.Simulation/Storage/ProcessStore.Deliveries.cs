using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Deliveries of releases.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public void SaveDelivery(DeliveryRecord delivery, params ImmutableArray<Fact> facts) =>
        Write(() => inner.SaveDelivery(delivery, facts));

    /// <inheritdoc/>
    public DeliveryRecord? Delivery(string application, string release) =>
        Read(() => inner.Delivery(application, release));

    /// <inheritdoc/>
    public IReadOnlyList<DeliveryRecord> Deliveries(string application, int count) =>
        Read(() => inner.Deliveries(application, count));

    /// <inheritdoc/>
    public bool AddFinalDelivery(FinalDeliveryRecord delivery, params ImmutableArray<Fact> facts) =>
        Write(() => inner.AddFinalDelivery(delivery, facts));

    /// <inheritdoc/>
    public IReadOnlyList<FinalDeliveryRecord> FinalDeliveries(string application, string release) =>
        Read(() => inner.FinalDeliveries(application, release));
}
