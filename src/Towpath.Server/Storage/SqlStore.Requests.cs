using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Deploy requests and emergencies.
public abstract partial class SqlStore
{
    private const string SelectRequest =
        """
        SELECT environment AS Environment, release AS Release, actor AS Actor, fields AS Fields, at AS At, opened_at AS OpenedAt, version AS Version,
            refused_by AS RefusedBy, refused_why AS RefusedWhy, refused_at AS RefusedAt
        FROM deploy_requests
        """;

    /// <inheritdoc/>
    public bool SaveDeployRequest(DeployRequestRecord request, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var changed = connection.Execute(
            """
            INSERT INTO deploy_requests (application, environment, release, actor, fields, at, opened_at, version, refused_by, refused_why, refused_at)
            VALUES (@Application, @Environment, @Release, @Actor, @Fields, @At, @OpenedAt, @Version, @RefusedBy, @RefusedWhy, @RefusedAt)
            ON CONFLICT (application, environment, release) DO UPDATE SET
                actor = excluded.actor, fields = excluded.fields, at = excluded.at, opened_at = excluded.opened_at, version = excluded.version,
                refused_by = excluded.refused_by, refused_why = excluded.refused_why, refused_at = excluded.refused_at
            WHERE deploy_requests.version = excluded.version - 1
            """,
            new
            {
                request.Application,
                request.Environment,
                request.Release,
                request.Actor,
                Fields = JsonSerializer.Serialize(request.Fields, StorageJson.Default.ImmutableSortedDictionaryStringString),
                At = Text(request.At),
                OpenedAt = Text(request.OpenedAt),
                request.Version,
                RefusedBy = request.Refusal?.Actor,
                RefusedWhy = request.Refusal?.Reason,
                RefusedAt = request.Refusal is { } refusal ? Text(refusal.At) : null,
            });
        if (changed > 0)
            Add(connection, facts);
        return changed > 0;
    });

    /// <inheritdoc/>
    public DeployRequestRecord? DeployRequest(string application, string environment, string release) => Read(connection => connection
        .QuerySingleOrDefault<RequestRow>(
            SelectRequest + " WHERE application = @application AND environment = @environment AND release = @release",
            new { application, environment, release })?.ToRecord(application));

    /// <inheritdoc/>
    public IReadOnlyList<DeployRequestRecord> DeployRequests(string application, string? environment, int count) => Read(connection => connection
        .Query<RequestRow>(
            $"{SelectRequest} WHERE application = @application{(environment is null ? "" : " AND environment = @environment")} ORDER BY at DESC, environment, release LIMIT @count",
            new { application, environment, count })
        .Select(row => row.ToRecord(application)).ToList());

    /// <inheritdoc/>
    public void AddEmergency(EmergencyRecord emergency, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var added = connection.Execute(
            """
            INSERT INTO emergencies (application, environment, release, actor, reason, at) VALUES (@Application, @Environment, @Release, @Actor, @Reason, @At)
            ON CONFLICT (application, environment, release, at) DO NOTHING
            """,
            new { emergency.Application, emergency.Environment, emergency.Release, emergency.Actor, emergency.Reason, At = Text(emergency.At) });
        if (added > 0)
            Add(connection, facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<EmergencyRecord> Emergencies(string application, DateTimeOffset since) => Read(connection => connection
        .Query<EmergencyRow>(
            """
            SELECT environment AS Environment, release AS Release, actor AS Actor, reason AS Reason, at AS At FROM emergencies
            WHERE application = @application AND at >= @since ORDER BY at DESC, environment, release
            """,
            new { application, since = Text(since) })
        .Select(row => new EmergencyRecord(application, row.Environment, row.Release, row.Actor, row.Reason, Time(row.At))).ToList());

    private sealed record EmergencyRow(string Environment, string Release, string Actor, string Reason, string At);

    private sealed class RequestRow
    {
        public required string Environment { get; init; }

        public required string Release { get; init; }

        public required string Actor { get; init; }

        public required string Fields { get; init; }

        public required string At { get; init; }

        public required string OpenedAt { get; init; }

        public required long Version { get; init; }

        public string? RefusedBy { get; init; }

        public string? RefusedWhy { get; init; }

        public string? RefusedAt { get; init; }

        public DeployRequestRecord ToRecord(string application) => new(
            application, Environment, Release, Actor, JsonSerializer.Deserialize(Fields, StorageJson.Default.ImmutableSortedDictionaryStringString)!, Time(At))
        {
            OpenedAt = Time(OpenedAt),
            Version = (int)Version,
            Refusal = RefusedBy is null ? null : new RefusalEvidence(RefusedBy, RefusedWhy!, Time(RefusedAt!)),
        };
    }
}
