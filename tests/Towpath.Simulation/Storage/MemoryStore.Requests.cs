using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Deploy requests and emergencies.
internal sealed partial class MemoryStore
{
    private readonly List<DeployRequestRecord> _requests = [];
    private readonly List<EmergencyRecord> _emergencies = [];

    /// <inheritdoc/>
    public bool SaveDeployRequest(DeployRequestRecord request, params ImmutableArray<Fact> facts) => Write(() =>
    {
        var index = _requests.FindIndex(r => r.Application == request.Application && r.Environment == request.Environment && r.Release == request.Release);
        if (index >= 0 && _requests[index].Version != request.Version - 1) return false;
        if (index >= 0) _requests[index] = request;
        else _requests.Add(request);
        Add(facts);
        return true;
    });

    /// <inheritdoc/>
    public DeployRequestRecord? DeployRequest(string application, string environment, string release) =>
        Read(() => _requests.Find(r => r.Application == application && r.Environment == environment && r.Release == release));

    /// <inheritdoc/>
    public IReadOnlyList<DeployRequestRecord> DeployRequests(string application, string? environment, int count) => Read(() => _requests
        .Where(r => r.Application == application && (environment is null || r.Environment == environment))
        .OrderByDescending(r => r.At).ThenBy(r => r.Environment, StringComparer.Ordinal).ThenBy(r => r.Release, StringComparer.Ordinal).Take(count).ToList());

    /// <inheritdoc/>
    public void AddEmergency(EmergencyRecord emergency, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_emergencies.Exists(e => (e.Application, e.Environment, e.Release, e.At) == (emergency.Application, emergency.Environment, emergency.Release, emergency.At))) return;
        _emergencies.Add(emergency);
        Add(facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<EmergencyRecord> Emergencies(string application, DateTimeOffset since) => Read(() => _emergencies
        .Where(e => e.Application == application && e.At >= since)
        .OrderByDescending(e => e.At).ThenBy(e => e.Environment, StringComparer.Ordinal).ThenBy(e => e.Release, StringComparer.Ordinal).ToList());
}
