using System.Text.Json;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Parts of what is stored, page by page.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ApplicationNames() => Read(connection => connection.Query<string>("SELECT name FROM applications ORDER BY name").AsList());

    /// <inheritdoc/>
    public IReadOnlyList<ListedRelease> ReleasePage(string application, long? before, int count) => Read(connection => connection
        .Query<ListedRow>(
            """
            SELECT number AS Number, content AS Content, run AS Run FROM releases
            WHERE application = @application AND number < @before ORDER BY number DESC LIMIT @count
            """,
            new { application, before = before ?? long.MaxValue, count })
        .Select(row => new ListedRelease(row.Number, Parse(row.Content), row.Run)).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> RunPage(string application, long? before, int count) => Read(connection => Runs(
        connection, "WHERE application = @application AND number < @before ORDER BY number DESC LIMIT @count",
        new { application, before = before ?? long.MaxValue, count }));

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> DeploymentPage(string application, string environment, long? before, int count) => Read(connection => Deployments(
        connection, "WHERE application = @application AND environment = @environment AND number < @before ORDER BY number DESC LIMIT @count",
        new { application, environment, before = before ?? long.MaxValue, count }));

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceRecord> EvidenceOf(IReadOnlyCollection<string> runs) => runs.Count == 0 ? [] : Read(connection => connection
        .Query<EvidenceRow>(
            $"""
            SELECT run AS Run, step AS Step, succeeded AS Succeeded, started_at AS StartedAt, duration AS Duration,
                   log_file AS LogFile, detail AS Detail
            FROM evidence WHERE {_dialect.IsAmong("run", "runs")} ORDER BY run, number
            """,
            new { runs = runs.ToArray() })
        .Select(row => row.ToRecord()).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<Fact> FactsOfDeployment(string deployment, int limit) => Read(connection => connection
        .Query<FactRow>(
            "SELECT sequence AS Sequence, content AS Content FROM facts WHERE deployment = @deployment ORDER BY sequence LIMIT @limit",
            new { deployment, limit })
        .Select(row => JsonSerializer.Deserialize(row.Content, JournalJson.Default.Fact)! with { Sequence = row.Sequence }).ToList());

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> CurrentReleases(string application) => Read(connection => connection
        .Query<RunningRow>("SELECT environment AS Environment, release AS Release FROM current WHERE application = @application", new { application })
        .ToDictionary(row => row.Environment, row => row.Release));

    private sealed record ListedRow(long Number, string Content, string Run);

    private sealed record RunningRow(string Environment, string Release);
}
