using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Server.Desks;

// All that somebody looks at before he asks for a deployment, or says yes to one.
public sealed partial class DeliveryDesk
{
    /// <summary>How a release stands before an environment.</summary>
    /// <param name="application">Application.</param>
    /// <param name="place">Environment.</param>
    /// <param name="name">Release; null for the one that waits or could come next.</param>
    public ApprovalAnswer Approval(string application, string place, string? name)
    {
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, place);
        var release = name is not null ? _lookup.Release(application, name) : Candidate(known, environment) ?? Below(known, environment);
        var request = store.DeployRequest(application, environment.Name, release.Id);
        var missing = request is { Refusal: null } ? DeployRequestTemplate.Missing(request.Fields) : [.. DeployRequestTemplate.Fields.Select(f => f.Name)];
        var standing = gates.Confirmation(release, environment);
        return new ApprovalAnswer(
            environment.Name, release.Id, release.Commit, release.Subject, release.CreatedAt,
            release.Images.ToDictionary(i => i.Key, i => i.Value.Digest, StringComparer.Ordinal),
            environment.Gates.Request,
            [.. DeployRequestTemplate.Fields.Select(f => new TemplateFieldAnswer(f.Name, f.Meaning, missing.Contains(f.Name)))],
            request is null ? null : Answer(request, environment, release, null),
            standing is null ? null : Answer(standing),
            Verdicts(known, environment, release.Id).Gates);
    }

    private static ConfirmationAnswer Answer(ConfirmationStanding standing) => new(
        standing.Covers, standing.Asked.Roles, standing.Missing, standing.Asked.Distinct,
        [.. standing.Confirmations.Select(c => new YesAnswer(c.Yes.Role, c.Yes.Actor, c.Yes.At, c.WhyNot))]);
}
