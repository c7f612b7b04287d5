using System.Collections.Immutable;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// What people ask of deployments, what stands still, and environments at rest.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public CommandRecord AddCommand(
        string deployment, CommandKind kind, string actor, string? reason, string? service, bool whole, DateTimeOffset now, params ImmutableArray<Fact> facts) =>
        Write(connection =>
        {
            var row = new CommandRow(
                Next(connection, "command"), deployment, kind.ToString(), actor, Plain(reason), service, whole ? 1 : 0, Text(now));
            connection.Execute(
                """
                INSERT INTO commands (number, deployment, kind, actor, reason, service, whole, at)
                VALUES (@Number, @Deployment, @Kind, @Actor, @Reason, @Service, @Whole, @At)
                """,
                row);
            Add(connection, facts);
            return row.ToRecord();
        });

    /// <inheritdoc/>
    public IReadOnlyList<CommandRecord> Commands(string deployment, long after) => Read(connection => connection
        .Query<CommandRow>(
            """
            SELECT number AS Number, deployment AS Deployment, kind AS Kind, actor AS Actor, reason AS Reason, service AS Service, whole AS Whole, at AS At
            FROM commands WHERE deployment = @deployment AND number > @after ORDER BY number
            """,
            new { deployment, after })
        .Select(row => row.ToRecord()).ToList());

    /// <inheritdoc/>
    public void SetHalt(HaltRecord halt, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var added = connection.Execute(
            """
            INSERT INTO halts (application, environment, actor, reason, at) VALUES (@Application, @Environment, @Actor, @Reason, @At)
            ON CONFLICT DO NOTHING
            """,
            new { Application = halt.Application ?? "", Environment = halt.Environment ?? "", halt.Actor, Reason = Plain(halt.Reason), At = Text(halt.At) });
        if (added > 0)
            Add(connection, facts);
    });

    /// <inheritdoc/>
    public void RemoveHalt(string? application, string? environment, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var removed = connection.Execute(
            "DELETE FROM halts WHERE application = @application AND environment = @environment",
            new { application = application ?? "", environment = environment ?? "" });
        if (removed > 0)
            Add(connection, facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<HaltRecord> Halts() => Read(connection => connection
        .Query<HaltRow>("SELECT application AS Application, environment AS Environment, actor AS Actor, reason AS Reason, at AS At FROM halts ORDER BY at, application, environment")
        .Select(row => new HaltRecord(
            row.Application.Length == 0 ? null : row.Application, row.Environment.Length == 0 ? null : row.Environment, row.Actor, row.Reason, Time(row.At)))
        .ToList());

    /// <inheritdoc/>
    public string? Upkeep(string application, string environment) => Read(connection => connection.ExecuteScalar<string?>(
        "SELECT state FROM upkeep WHERE application = @application AND environment = @environment", new { application, environment }));

    /// <inheritdoc/>
    public void SaveUpkeep(Lease lease, string state, DateTimeOffset now, ImmutableArray<Fact> facts) => Write(connection =>
    {
        Guard(connection, lease);
        connection.Execute(
            """
            INSERT INTO upkeep (application, environment, state, updated_at) VALUES (@Application, @Environment, @state, @now)
            ON CONFLICT (application, environment) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at
            """,
            new { lease.Application, lease.Environment, state, now = Text(now) });
        Add(connection, facts);
    });

    private sealed record CommandRow(long Number, string Deployment, string Kind, string Actor, string? Reason, string? Service, long Whole, string At)
    {
        public CommandRecord ToRecord() => new(Number, Deployment, Enum.Parse<CommandKind>(Kind), Actor, Reason, Service, Whole != 0, Time(At));
    }

    private sealed record HaltRow(string Application, string Environment, string Actor, string? Reason, string At);
}
