using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server;

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

    /// <summary>Hands in the deploy request of a release for an environment, in place of an earlier one.</summary>
    public AskedAnswer Request(string application, DeployRequest request)
    {
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, request.Environment);
        var release = request.Release is { } name ? _lookup.Release(application, name) : Candidate(known, environment) ?? Below(known, environment);
        Admit(release, environment);
        var fields = request.Fields.ToImmutableSortedDictionary(f => f.Key, f => f.Value.Trim(), StringComparer.Ordinal);
        var missing = DeployRequestTemplate.Missing(fields);
        var unknown = DeployRequestTemplate.Unknown(fields);
        if (!missing.IsEmpty || !unknown.IsEmpty)
        {
            var told = DeployRequestTemplate.Fields.Where(f => missing.Contains(f.Name)).Select(f => $"{f.Name}, {f.Meaning}");
            throw new DiagnosticException(ExitCode.Usage, GateDiagnostics.RequestIncomplete(environment.Name, [.. told], unknown));
        }

        var first = store.LastSequence();
        store.SaveDeployRequest(
            new DeployRequestRecord(application, environment.Name, release.Id, request.Actor, fields, time.GetUtcNow()),
            FactOf(FactKind.DeployRequested, release, environment, request.Actor, $"{request.Actor} requests {release.Id} for {environment.Name}: {fields["what"]}"));
        return new AskedAnswer(null, first, $"{release.Id} is requested for {environment.Name}");
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
