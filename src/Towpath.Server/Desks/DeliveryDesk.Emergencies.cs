using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

// The way in for when waiting is worse.
public sealed partial class DeliveryDesk
{
    /// <summary>The emergency that a person says there is; null where he says none.</summary>
    private EmergencyEvidence? Emergency(EnvironmentSpec environment, PromoteRequest request)
    {
        var reason = request.Reason?.Trim();
        if (!request.Emergency)
            return string.IsNullOrEmpty(reason) ? null : throw new DiagnosticException(ExitCode.Usage, RequestDiagnostics.NotAnEmergency(environment.Name));
        if (string.IsNullOrEmpty(reason)) throw new DiagnosticException(ExitCode.Usage, RequestDiagnostics.NoReasonForEmergency(environment.Name));
        if (reason.Length > DeployRequestTemplate.MostText) throw new DiagnosticException(ExitCode.Usage, RequestDiagnostics.TooLong("reason", reason.Length));
        return new EmergencyEvidence(request.Actor, reason, time.GetUtcNow());
    }

    /// <summary>Counts it and tells it, before anything comes of it: none enters uncounted if this is killed in between.</summary>
    private void Declare(Release release, EnvironmentSpec environment, EmergencyEvidence emergency) => store.AddEmergency(
        new EmergencyRecord(release.Application.Name, environment.Name, release.Id, emergency.Actor, emergency.Reason, emergency.At),
        FactOf(
            FactKind.EmergencyDeclared, release, environment, emergency.Actor,
            $"{emergency.Actor} brings {release.Id} into {environment.Name} in an emergency: {emergency.Reason}"));
}
