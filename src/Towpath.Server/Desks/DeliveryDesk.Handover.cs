using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

// What was delivered when, and how its images were found.
public sealed partial class DeliveryDesk
{
    private const int MostDeliveries = 50;

    /// <summary>Delivers a release for good. The first time counts: said once more nothing changes.</summary>
    public DeliveryAnswer Deliver(string application, DeliverRequest request)
    {
        var known = _lookup.Application(application);
        var environment = request.Environment is { } name ? Lookup.Environment(known, name) : null;
        var release = _lookup.Release(application, request.Release);
        if (store.Rejection(application, release.Id) is { } rejection)
            throw new DiagnosticException(ExitCode.GateClosed, PeopleDiagnostics.DeliveryOfRejected(release.Id, rejection.Actor, rejection.Reason));
        var first = store.LastSequence();
        var text = $"{request.Actor} delivers {release.Id} for good{(environment is null ? "" : $" for {environment.Name}")}";
        store.AddFinalDelivery(
            new FinalDeliveryRecord(application, release.Id, environment?.Name, request.Actor, time.GetUtcNow()),
            FactOf(FactKind.DeliveryFinal, application, environment?.Name, request.Actor, text) with { Release = release.Id });
        return Answer(release, store.Delivery(application, release.Id)) with { FirstFact = first };
    }

    /// <summary>The newest deliveries, or the one of a release.</summary>
    public IReadOnlyList<DeliveryAnswer> Deliveries(string application, string? release)
    {
        _lookup.Application(application);
        var asked = release is null ? store.Releases(application, MostDeliveries) : [_lookup.Release(application, release)];
        return [.. asked.Select(r => Answer(r, store.Delivery(application, r.Id)))];
    }

    private DeliveryAnswer Answer(Release release, DeliveryRecord? delivery) => new(
        release.Id, delivery?.At ?? release.CreatedAt, delivery?.Run, delivery?.Actor,
        [.. store.FinalDeliveries(release.Application.Name, release.Id).Select(f => new FinalDeliveryAnswer(f.Environment, f.Actor, f.At))],
        delivery is null ? [] : [.. delivery.Validation.Services]);
}
