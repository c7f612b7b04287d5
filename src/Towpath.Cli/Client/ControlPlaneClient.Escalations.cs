using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Escalations.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<EscalationAnswer>> EscalationsAsync(string application, string? environment, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<EscalationAnswer>>(Of(application, environment is null ? "/escalations" : $"/escalations?environment={Escape(environment)}"), cancellationToken);

    /// <inheritdoc/>
    public Task<EscalationAnswer> RaiseAsync(string application, RaiseRequest request, CancellationToken cancellationToken) =>
        PostAsync<EscalationAnswer>(Of(application, "/escalation/raise"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<EscalationAnswer> WriteOutcomeAsync(string application, OutcomeRequest request, CancellationToken cancellationToken) =>
        PostAsync<EscalationAnswer>(Of(application, "/escalation/outcome"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<EscalationAnswer> ConfirmOutcomeAsync(string application, OutcomeConfirmRequest request, CancellationToken cancellationToken) =>
        PostAsync<EscalationAnswer>(Of(application, "/escalation/outcome/confirm"), request, cancellationToken);
}
