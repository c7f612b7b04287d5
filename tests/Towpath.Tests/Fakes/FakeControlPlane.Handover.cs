using Towpath.Core.Handover;
using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Deliveries.
internal partial class FakeControlPlane
{
    public Func<object, DeliveryAnswer> OnDeliver { get; set; } = _ => new DeliveryAnswer(
        "r-1", Facts.Start, "p-1", "ben", [new FinalDeliveryAnswer("production", "ben", Facts.Start)],
        [new ServiceValidation("api", [new DeliveryCheck("logs", CheckVerdict.Failed, "it wrote nothing")])]);

    public Task<DeliveryAnswer> DeliverAsync(string application, DeliverRequest request, CancellationToken cancellationToken) => Answer(request, OnDeliver);

    public Task<IReadOnlyList<DeliveryAnswer>> DeliveriesAsync(string application, string? release, CancellationToken cancellationToken) =>
        Answer<string, IReadOnlyList<DeliveryAnswer>>($"deliveries {application} {release}", asked => [OnDeliver(asked)]);
}
