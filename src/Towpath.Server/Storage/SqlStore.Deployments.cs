using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Leases, deployments, and what environments run.
public abstract partial class SqlStore
{
    private const string SelectDeployment =
        """
        SELECT number AS Number, application AS Application, environment AS Environment, release AS Release, previous AS Previous,
               actor AS Actor, phase AS Phase, ended AS Ended, state AS State, requested_at AS RequestedAt, updated_at AS UpdatedAt
        FROM deployments

        """;

    /// <inheritdoc/>
    public Lease? TryTakeLease(string application, string environment, string owner, DateTimeOffset now, TimeSpan duration) => Write(connection =>
    {
        var held = ReadLease(connection, application, environment);
        if (held is not null && held.Owner != owner && Time(held.ExpiresAt) > now)
            return null;

        // Tokens come from one counter for all: a lease that was let go and taken again never has an old token.
        var token = held?.Owner == owner ? held.Token : Next(connection, "lease");
        var lease = new Lease(application, environment, owner, token, now + duration);
        connection.Execute(
            """
            INSERT INTO leases (application, environment, owner, token, expires_at)
            VALUES (@application, @environment, @owner, @token, @expires)
            ON CONFLICT (application, environment) DO UPDATE SET owner = excluded.owner, token = excluded.token, expires_at = excluded.expires_at
            """,
            new { application, environment, owner, token, expires = Text(lease.ExpiresAt) });
        return lease;
    });

    /// <inheritdoc/>
    public Lease? LeaseOf(string application, string environment) => Read(connection => ReadLease(connection, application, environment) is { } held
        ? new Lease(application, environment, held.Owner, held.Token, Time(held.ExpiresAt))
        : null);

    /// <inheritdoc/>
    public void ReleaseLease(Lease lease) => Write(connection => connection.Execute(
        "DELETE FROM leases WHERE application = @Application AND environment = @Environment AND token = @Token",
        new { lease.Application, lease.Environment, lease.Token }));

    /// <inheritdoc/>
    public DeploymentRecord AddDeployment(
        string application,
        string environment,
        string release,
        string? previous,
        string actor,
        DateTimeOffset now,
        Func<string, (string State, string Phase)> initial,
        Func<string, ImmutableArray<Fact>> facts,
        Func<string, ImmutableArray<ValueChange>>? changes = null) => Write(connection =>
    {
        var number = Next(connection, "deployment");
        var id = $"d-{number}";
        var (state, phase) = initial(id);
        var row = new DeploymentRow(number, application, environment, release, previous, actor, phase, 0, state, Text(now), Text(now));
        connection.Execute(
            """
            INSERT INTO deployments (number, application, environment, release, previous, actor, phase, ended, state, requested_at, updated_at)
            VALUES (@Number, @Application, @Environment, @Release, @Previous, @Actor, @Phase, @Ended, @State, @RequestedAt, @UpdatedAt)
            """,
            row);
        if (changes is not null) Change(connection, application, changes(id));
        Add(connection, facts(id));
        return row.ToRecord();
    });

    /// <inheritdoc/>
    public void UpdateDeployment(Lease lease, string id, string phase, bool ended, string state, DateTimeOffset now, ImmutableArray<Fact> facts) =>
        Write(connection =>
        {
            Guard(connection, lease);
            Store(connection, lease, id, phase, ended, state, now);
            Add(connection, facts);
        });

    /// <inheritdoc/>
    public void CompleteDeployment(Lease lease, string id, string phase, string state, DateTimeOffset now, ImmutableArray<Fact> facts) =>
        Write(connection =>
        {
            Guard(connection, lease);
            Store(connection, lease, id, phase, ended: true, state, now);
            connection.Execute(
                """
                INSERT INTO current (application, environment, release, deployment, since)
                SELECT application, environment, release, @id, @now FROM deployments WHERE number = @number
                ON CONFLICT (application, environment) DO UPDATE SET
                    previous = CASE WHEN current.release = excluded.release THEN current.previous ELSE current.release END,
                    release = excluded.release, deployment = excluded.deployment, since = excluded.since
                """,
                new { id, now = Text(now), number = Number(id, 'd') });
            Add(connection, facts);
        });

    /// <inheritdoc/>
    public DeploymentRecord? Deployment(string id) => Read(connection => connection
        .QuerySingleOrDefault<DeploymentRow>(SelectDeployment + "WHERE number = @number", new { number = Number(id, 'd') })?.ToRecord());

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> OpenDeployments(string? application, string? environment) => Read(connection => Deployments(
        connection,
        """
        WHERE ended = 0 AND (@application IS NULL OR application = @application) AND (@environment IS NULL OR environment = @environment)
        ORDER BY number
        """,
        new { application, environment }));

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> RecentDeployments(string application, string environment, int count) => Read(connection => Deployments(
        connection,
        "WHERE application = @application AND environment = @environment ORDER BY number DESC LIMIT @count",
        new { application, environment, count }));

    /// <inheritdoc/>
    public CurrentRecord? Current(string application, string environment) => Read(connection => connection
        .QuerySingleOrDefault<CurrentRow>(
            "SELECT release AS Release, deployment AS Deployment, since AS Since, previous AS Previous FROM current WHERE application = @application AND environment = @environment",
            new { application, environment }) is { } row
        ? new CurrentRecord(row.Release, row.Deployment, Time(row.Since), row.Previous)
        : null);

    /// <summary>
    /// Only the token counts, not the time: a holder whose lease ran out but was taken by nobody is still alone, and clocks of
    /// two machines differ.
    /// </summary>
    private static void Guard(DbConnection connection, Lease lease)
    {
        var token = connection.ExecuteScalar<long?>(
            "SELECT token FROM leases WHERE application = @Application AND environment = @Environment",
            new { lease.Application, lease.Environment });
        if (token != lease.Token)
            throw new StaleLeaseException(lease.Application, lease.Environment);
    }

    private static LeaseRow? ReadLease(DbConnection connection, string application, string environment) => connection.QuerySingleOrDefault<LeaseRow>(
        "SELECT owner AS Owner, token AS Token, expires_at AS ExpiresAt FROM leases WHERE application = @application AND environment = @environment",
        new { application, environment });

    private static void Store(DbConnection connection, Lease lease, string id, string phase, bool ended, string state, DateTimeOffset now)
    {
        var changed = connection.Execute(
            """
            UPDATE deployments SET phase = @phase, ended = @ended, state = @state, updated_at = @now
            WHERE number = @number AND application = @Application AND environment = @Environment
            """,
            new { phase, ended = ended ? 1 : 0, state, now = Text(now), number = Number(id, 'd'), lease.Application, lease.Environment });
        if (changed == 0)
            throw new InvalidOperationException($"{lease.Application}/{lease.Environment} has no deployment {id}");
    }

    private static List<DeploymentRecord> Deployments(DbConnection connection, string where, object arguments) =>
        [.. connection.Query<DeploymentRow>(SelectDeployment + where, arguments).Select(row => row.ToRecord())];

    private sealed record LeaseRow(string Owner, long Token, string ExpiresAt);

    private sealed record CurrentRow(string Release, string Deployment, string Since, string? Previous);

    private sealed record DeploymentRow(
        long Number,
        string Application,
        string Environment,
        string Release,
        string? Previous,
        string Actor,
        string Phase,
        long Ended,
        string State,
        string RequestedAt,
        string UpdatedAt)
    {
        public DeploymentRecord ToRecord() => new(
            $"d-{Number}", Application, Environment, Release, Previous, Actor, Phase, Ended != 0, State, Time(RequestedAt), Time(UpdatedAt));
    }
}
