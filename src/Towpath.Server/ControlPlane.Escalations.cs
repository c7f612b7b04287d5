using Towpath.Server.Api;

namespace Towpath.Server;

// Escalations, for callers who wait.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<EscalationAnswer>> EscalationsAsync(string application, string? environment, CancellationToken cancellationToken) =>
        Task.FromResult(_escalations.List(application, environment));

    /// <inheritdoc/>
    public Task<EscalationAnswer> RaiseAsync(string application, RaiseRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_escalations.Raise(application, request));

    /// <inheritdoc/>
    public Task<EscalationAnswer> WriteOutcomeAsync(string application, OutcomeRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_escalations.WriteOutcome(application, request));

    /// <inheritdoc/>
    public Task<EscalationAnswer> ConfirmOutcomeAsync(string application, OutcomeConfirmRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_escalations.ConfirmOutcome(application, request));
}
