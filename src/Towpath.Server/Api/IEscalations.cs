namespace Towpath.Server.Api;

/// <summary>What can be asked about escalations. What can't be done is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.</summary>
public interface IEscalations
{
    /// <summary>Escalations of an environment, or of all, blocked last first.</summary>
    Task<IReadOnlyList<EscalationAnswer>> EscalationsAsync(string application, string? environment, CancellationToken cancellationToken);

    /// <summary>Takes the next step by hand.</summary>
    Task<EscalationAnswer> RaiseAsync(string application, RaiseRequest request, CancellationToken cancellationToken);

    /// <summary>Writes down what a meeting came to.</summary>
    Task<EscalationAnswer> WriteOutcomeAsync(string application, OutcomeRequest request, CancellationToken cancellationToken);

    /// <summary>Confirms it for another team.</summary>
    Task<EscalationAnswer> ConfirmOutcomeAsync(string application, OutcomeConfirmRequest request, CancellationToken cancellationToken);
}
