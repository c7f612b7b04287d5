using Towpath.Core.Applications;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

// What must hold before a release enters, and what people hand in and take out for it.
public sealed partial class DeliveryDesk
{
    /// <summary>All verdicts for a release that could enter an environment, or each of them where none is named.</summary>
    public IReadOnlyList<GatesAnswer> Gates(string application, string? environment, string? release)
    {
        var known = _lookup.Application(application);
        if (environment is not null) return [Verdicts(known, Lookup.Environment(known, environment), release)];
        // Where nothing could enter yet there is nothing to say, unless somebody names a release.
        return [.. known.Ladder.Environments.Where(e => release is not null || Candidate(known, e) is not null).Select(e => Verdicts(known, e, release))];
    }

    private GatesAnswer Verdicts(ApplicationRecord application, EnvironmentSpec environment, string? name)
    {
        var release = name is not null ? _lookup.Release(application.Name, name) : Candidate(application, environment) ?? Below(application, environment);
        var verdicts = gates.Judge(release, environment);
        return new GatesAnswer(
            environment.Name, release.Id, gates.JudgeEntry(release, environment).All(v => v.Holds),
            [.. verdicts.Select(v => new GateAnswer(v.Name, v.Holds, v.Text) { HoldsAt = v.HoldsAt })]);
    }

    /// <summary>The release that waits for an environment, else the one that could come next; null for none.</summary>
    private Release? Candidate(ApplicationRecord application, EnvironmentSpec environment)
    {
        var next = ladder.WantedIn(application.Name, environment.Name) ?? _lookup.Below(application, environment);
        return next is null ? null : store.Release(application.Name, next);
    }
}
