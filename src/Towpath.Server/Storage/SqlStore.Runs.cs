using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Pipeline runs and their evidence.
public abstract partial class SqlStore
{
    private const string SelectRun =
        """
        SELECT number AS Number, application AS Application, sha AS Sha, subject AS Subject, actor AS Actor, state AS State,
               release AS Release, queued_at AS QueuedAt, ended_at AS EndedAt
        FROM runs

        """;

    /// <inheritdoc/>
    public (RunRecord Run, bool Attached) QueueRun(string application, string commit, string subject, string actor, DateTimeOffset now, Fact fact) =>
        Write(connection =>
        {
            var unfinished = connection.QuerySingleOrDefault<RunRow>(
                SelectRun + "WHERE application = @application AND sha = @commit AND state IN ('Queued', 'Running')",
                new { application, commit });
            if (unfinished is not null)
                return (unfinished.ToRecord(), true);

            var row = new RunRow(Next(connection, "run"), application, commit, subject, actor, nameof(RunState.Queued), null, Text(now), null);
            connection.Execute(
                """
                INSERT INTO runs (number, application, sha, subject, actor, state, queued_at)
                VALUES (@Number, @Application, @Sha, @Subject, @Actor, @State, @QueuedAt)
                """,
                row);
            var run = row.ToRecord();
            Add(connection, [fact with { Run = run.Id }]);
            return (run, false);
        });

    /// <inheritdoc/>
    public RunRecord? Run(string id) => Read(connection => connection
        .QuerySingleOrDefault<RunRow>(SelectRun + "WHERE number = @number", new { number = Number(id, 'p') })?.ToRecord());

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> UnfinishedRuns(string? application) => Read(connection => Runs(
        connection,
        "WHERE state IN ('Queued', 'Running') AND (@application IS NULL OR application = @application) ORDER BY number",
        new { application }));

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> RecentRuns(string application, int count) => Read(connection => Runs(
        connection, "WHERE application = @application ORDER BY number DESC LIMIT @count", new { application, count }));

    /// <inheritdoc/>
    public void UpdateRun(string id, RunState state, string? release, DateTimeOffset now, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var ended = state is RunState.Queued or RunState.Running ? null : Text(now);
        var changed = connection.Execute(
            "UPDATE runs SET state = @state, release = @release, ended_at = @ended WHERE number = @number",
            new { state = state.ToString(), release, ended, number = Number(id, 'p') });
        if (changed == 0)
            throw new InvalidOperationException($"there is no run {id}");

        Add(connection, facts);
    });

    /// <inheritdoc/>
    public void SaveEvidence(EvidenceRecord evidence, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        connection.Execute(
            """
            INSERT INTO evidence (run, step, succeeded, started_at, duration, log_file, detail)
            VALUES (@Run, @Step, @Succeeded, @StartedAt, @Duration, @LogFile, @Detail)
            """,
            EvidenceRow.From(evidence));
        Add(connection, facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceRecord> Evidence(string run) => Read(connection => connection
        .Query<EvidenceRow>(
            """
            SELECT run AS Run, step AS Step, succeeded AS Succeeded, started_at AS StartedAt, duration AS Duration,
                   log_file AS LogFile, detail AS Detail
            FROM evidence WHERE run = @run ORDER BY number
            """,
            new { run })
        .Select(row => row.ToRecord()).ToList());

    private static List<RunRecord> Runs(DbConnection connection, string where, object arguments) =>
        [.. connection.Query<RunRow>(SelectRun + where, arguments).Select(row => row.ToRecord())];

    private sealed record RunRow(
        long Number, string Application, string Sha, string Subject, string Actor, string State, string? Release, string QueuedAt, string? EndedAt)
    {
        public RunRecord ToRecord() => new(
            $"p-{Number}", Application, Sha, Subject, Actor, Enum.Parse<RunState>(State), Release, Time(QueuedAt), EndedAt is null ? null : Time(EndedAt));
    }

    private sealed record EvidenceRow(string Run, string Step, long Succeeded, string StartedAt, long Duration, string? LogFile, string? Detail)
    {
        public static EvidenceRow From(EvidenceRecord evidence) => new(
            evidence.Run, evidence.Step, evidence.Succeeded ? 1 : 0, Text(evidence.StartedAt), evidence.Duration.Ticks, evidence.LogFile, Plain(evidence.Detail));

        public EvidenceRecord ToRecord() => new(Run, Step, Succeeded != 0, Time(StartedAt), TimeSpan.FromTicks(Duration), LogFile, Detail);
    }
}
