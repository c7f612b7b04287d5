namespace Towpath.Server.Api;

/// <summary>What can be asked about deliveries. What can't be done is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.</summary>
public interface IHandover
{
    /// <summary>Delivers a release for good; said once more nothing changes.</summary>
    Task<DeliveryAnswer> DeliverAsync(string application, DeliverRequest request, CancellationToken cancellationToken);

    /// <summary>The newest deliveries with their validations, or that of one release.</summary>
    Task<IReadOnlyList<DeliveryAnswer>> DeliveriesAsync(string application, string? release, CancellationToken cancellationToken);
}
