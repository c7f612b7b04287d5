using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Deploy requests and emergencies.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public bool SaveDeployRequest(DeployRequestRecord request, params ImmutableArray<Fact> facts) =>
        Write(() => inner.SaveDeployRequest(request, facts));

    /// <inheritdoc/>
    public DeployRequestRecord? DeployRequest(string application, string environment, string release) =>
        Read(() => inner.DeployRequest(application, environment, release));

    /// <inheritdoc/>
    public IReadOnlyList<DeployRequestRecord> DeployRequests(string application, string? environment, int count) =>
        Read(() => inner.DeployRequests(application, environment, count));

    /// <inheritdoc/>
    public void AddEmergency(EmergencyRecord emergency, params ImmutableArray<Fact> facts) =>
        Write(() => inner.AddEmergency(emergency, facts));

    /// <inheritdoc/>
    public IReadOnlyList<EmergencyRecord> Emergencies(string application, DateTimeOffset since) =>
        Read(() => inner.Emergencies(application, since));
}
