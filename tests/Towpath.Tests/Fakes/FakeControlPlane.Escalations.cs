using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Escalations.
internal partial class FakeControlPlane
{
    private static readonly EscalationAnswer Climbing = new(
        "production", "r-1", Facts.Start, ["confirmation: waits for ops"],
        [new EscalationStepAnswer(EscalationLevel.Channel, Facts.Start, null, null), new EscalationStepAnswer(EscalationLevel.Meeting, Facts.Start, null, "# Meeting\n")],
        EscalationLevel.Supervisor, Facts.Start, new OutcomeAnswer("ops confirms", "5f0c21aa", "dev", "ben", Facts.Start, null, null, null), null);

    public Task<IReadOnlyList<EscalationAnswer>> EscalationsAsync(string application, string? environment, CancellationToken cancellationToken) =>
        Answer<string, IReadOnlyList<EscalationAnswer>>($"escalations {application} {environment}", _ => [Climbing]);

    public Task<EscalationAnswer> RaiseAsync(string application, RaiseRequest request, CancellationToken cancellationToken) => Answer(request, _ => Climbing);

    public Task<EscalationAnswer> WriteOutcomeAsync(string application, OutcomeRequest request, CancellationToken cancellationToken) => Answer(request, _ => Climbing);

    public Task<EscalationAnswer> ConfirmOutcomeAsync(string application, OutcomeConfirmRequest request, CancellationToken cancellationToken) => Answer(request, _ => Climbing);
}
