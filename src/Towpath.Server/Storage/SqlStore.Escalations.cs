using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Escalations of blocked deploy requests.
public abstract partial class SqlStore
{
    private const string SelectEscalation = "SELECT environment AS Environment, release AS Release, version AS Version, state AS State FROM escalations WHERE application = @application";

    /// <inheritdoc/>
    public bool SaveEscalation(EscalationRecord escalation, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var changed = connection.Execute(
            """
            INSERT INTO escalations (application, environment, release, version, since, state) VALUES (@Application, @Environment, @Release, @Version, @Since, @State)
            ON CONFLICT (application, environment, release) DO UPDATE SET version = excluded.version, since = excluded.since, state = excluded.state
            WHERE escalations.version = excluded.version - 1
            """,
            new
            {
                escalation.Application,
                escalation.Environment,
                escalation.Release,
                escalation.Version,
                Since = Text(escalation.State.Since),
                State = JsonSerializer.Serialize(escalation.State, StorageJson.Default.EscalationState),
            });
        if (changed > 0) Add(connection, facts);
        return changed > 0;
    });

    /// <inheritdoc/>
    public EscalationRecord? Escalation(string application, string environment, string release) => Read(connection => connection
        .QuerySingleOrDefault<EscalationRow>(SelectEscalation + " AND environment = @environment AND release = @release", new { application, environment, release })?.ToRecord(application));

    /// <inheritdoc/>
    public IReadOnlyList<EscalationRecord> Escalations(string application, string? environment, int count) => Read(connection => connection
        .Query<EscalationRow>(
            $"{SelectEscalation}{(environment is null ? "" : " AND environment = @environment")} ORDER BY since DESC, environment, release LIMIT @count",
            new { application, environment, count })
        .Select(row => row.ToRecord(application)).ToList());

    private sealed record EscalationRow(string Environment, string Release, long Version, string State)
    {
        public EscalationRecord ToRecord(string application) =>
            new(application, Environment, Release, (int)Version, JsonSerializer.Deserialize(State, StorageJson.Default.EscalationState)!);
    }
}
