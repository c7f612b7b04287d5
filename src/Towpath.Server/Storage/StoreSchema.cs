using System.Data.Common;
using Dapper;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Pipelines;

namespace Towpath.Server.Storage;

/// <summary>
/// The tables, as numbered steps from an empty file or database. A step that was released is never edited: a change is a new step. Steps are
/// written once, in the words of SQLite: TEXT, INTEGER, REAL and BLOB, STRICT behind each table, and plain SQL. <see cref="SqlDialect.Written"/> puts them
/// into those of PostgreSQL; an INTEGER PRIMARY KEY is given out where no number is said.
/// Times are UTC in ISO 8601 (they sort as text), durations are in ticks of 100 ns.
/// </summary>
internal static class StoreSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        INSERT INTO counters (name, value) VALUES ('run', 0), ('deployment', 0), ('lease', 0), ('fact', 0);

        CREATE TABLE applications (
            name TEXT PRIMARY KEY, repository TEXT NOT NULL, folder TEXT NOT NULL, ladder TEXT NOT NULL) STRICT;

        CREATE TABLE runs (
            number INTEGER PRIMARY KEY, application TEXT NOT NULL, sha TEXT NOT NULL, subject TEXT NOT NULL, actor TEXT NOT NULL,
            state TEXT NOT NULL, release TEXT, queued_at TEXT NOT NULL, ended_at TEXT) STRICT;
        CREATE INDEX runs_by_application ON runs (application, number);
        CREATE UNIQUE INDEX runs_unfinished ON runs (application, sha) WHERE state IN ('Queued', 'Running');

        CREATE TABLE evidence (
            number INTEGER PRIMARY KEY, run TEXT NOT NULL, step TEXT NOT NULL, succeeded INTEGER NOT NULL, started_at TEXT NOT NULL,
            duration INTEGER NOT NULL, log_file TEXT, detail TEXT) STRICT;
        CREATE INDEX evidence_by_run ON evidence (run, number);

        CREATE TABLE releases (
            number INTEGER PRIMARY KEY, application TEXT NOT NULL, id TEXT NOT NULL, sha TEXT NOT NULL, run TEXT NOT NULL,
            content TEXT NOT NULL, UNIQUE (application, id)) STRICT;
        CREATE INDEX releases_by_commit ON releases (application, sha);

        CREATE TABLE leases (
            application TEXT NOT NULL, environment TEXT NOT NULL, owner TEXT NOT NULL, token INTEGER NOT NULL, expires_at TEXT NOT NULL,
            PRIMARY KEY (application, environment)) STRICT;

        CREATE TABLE deployments (
            number INTEGER PRIMARY KEY, application TEXT NOT NULL, environment TEXT NOT NULL, release TEXT NOT NULL, previous TEXT,
            actor TEXT NOT NULL, phase TEXT NOT NULL, ended INTEGER NOT NULL, state TEXT NOT NULL, requested_at TEXT NOT NULL,
            updated_at TEXT NOT NULL) STRICT;
        CREATE INDEX deployments_by_environment ON deployments (application, environment, number);
        CREATE INDEX deployments_open ON deployments (number) WHERE ended = 0;

        CREATE TABLE current (
            application TEXT NOT NULL, environment TEXT NOT NULL, release TEXT NOT NULL, deployment TEXT NOT NULL, since TEXT NOT NULL,
            PRIMARY KEY (application, environment)) STRICT;

        CREATE TABLE confirmations (
            application TEXT NOT NULL, environment TEXT NOT NULL, release TEXT NOT NULL, role TEXT NOT NULL, actor TEXT NOT NULL,
            at TEXT NOT NULL, PRIMARY KEY (application, environment, release, role, actor)) STRICT;

        CREATE TABLE ports (
            application TEXT NOT NULL, environment TEXT NOT NULL, port INTEGER NOT NULL, PRIMARY KEY (application, environment)) STRICT;

        CREATE TABLE settings (
            application TEXT NOT NULL, environment TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (application, environment, key)) STRICT;

        CREATE TABLE facts (
            sequence INTEGER PRIMARY KEY, application TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, run TEXT, deployment TEXT,
            environment TEXT, content TEXT NOT NULL) STRICT;
        CREATE INDEX facts_by_application ON facts (application, sequence);
        """,
        """
        INSERT INTO counters (name, value) VALUES ('command', 0);
        ALTER TABLE current ADD COLUMN previous TEXT;
        ALTER TABLE confirmations ADD COLUMN covers TEXT NOT NULL DEFAULT '';

        CREATE TABLE commands (
            number INTEGER PRIMARY KEY, deployment TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT, service TEXT,
            whole INTEGER NOT NULL, at TEXT NOT NULL) STRICT;
        CREATE INDEX commands_by_deployment ON commands (deployment, number);

        CREATE TABLE halts (
            application TEXT NOT NULL, environment TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT, at TEXT NOT NULL,
            PRIMARY KEY (application, environment)) STRICT;

        CREATE TABLE upkeep (
            application TEXT NOT NULL, environment TEXT NOT NULL, state TEXT NOT NULL, updated_at TEXT NOT NULL,
            PRIMARY KEY (application, environment)) STRICT;

        CREATE TABLE rejections (
            application TEXT NOT NULL, release TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (application, release)) STRICT;

        CREATE TABLE deploy_requests (
            application TEXT NOT NULL, environment TEXT NOT NULL, release TEXT NOT NULL, actor TEXT NOT NULL, fields TEXT NOT NULL,
            at TEXT NOT NULL, PRIMARY KEY (application, environment, release)) STRICT;
        """,
        "ALTER TABLE facts ADD COLUMN seal TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE accounts (
            name TEXT PRIMARY KEY, kind TEXT NOT NULL, teams TEXT NOT NULL, disabled INTEGER NOT NULL, created_at TEXT NOT NULL, password TEXT) STRICT;

        CREATE TABLE grants (
            account TEXT NOT NULL, application TEXT NOT NULL, environment TEXT NOT NULL, role TEXT NOT NULL,
            PRIMARY KEY (account, application, environment)) STRICT;

        CREATE TABLE tokens (
            id TEXT PRIMARY KEY, account TEXT NOT NULL, hash TEXT NOT NULL, session INTEGER NOT NULL, role TEXT, application TEXT NOT NULL,
            environment TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL, revoked_at TEXT, used_at TEXT) STRICT;
        CREATE INDEX tokens_by_account ON tokens (account, created_at);
        """,
        """
        INSERT INTO counters (name, value) VALUES ('announcement', 0);

        CREATE TABLE announcement_channels (name TEXT PRIMARY KEY, cursor INTEGER NOT NULL, since TEXT NOT NULL) STRICT;

        CREATE TABLE announcements (
            number INTEGER PRIMARY KEY, channel TEXT NOT NULL, fact INTEGER NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL, next_at TEXT NOT NULL, detail TEXT, queued_at TEXT NOT NULL, settled_at TEXT,
            UNIQUE (channel, fact)) STRICT;
        CREATE INDEX announcements_waiting ON announcements (channel, fact) WHERE state = 'Waiting';
        CREATE INDEX announcements_dead ON announcements (channel, number) WHERE state = 'Dead';
        CREATE INDEX announcements_settled ON announcements (settled_at) WHERE state = 'Delivered';

        CREATE TABLE announcements_forgotten (channel TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
        """,
        """
        CREATE TABLE signatures (
            application TEXT NOT NULL, text TEXT NOT NULL, side TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (application, text, side), UNIQUE (application, text, actor)) STRICT;
        """,
        """
        CREATE INDEX releases_by_application ON releases (application, number);
        CREATE INDEX facts_by_deployment ON facts (deployment, sequence) WHERE deployment IS NOT NULL;
        """,
        """
        CREATE TABLE host_ports (
            port INTEGER PRIMARY KEY, application TEXT NOT NULL, environment TEXT NOT NULL, standing TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL) STRICT;
        INSERT INTO host_ports (port, application, environment, standing, actor, at)
            SELECT port, application, environment, 'Chosen', '', '1970-01-01T00:00:00.0000000Z' FROM ports;
        DROP TABLE ports;
        """,
        """
        ALTER TABLE deploy_requests ADD COLUMN opened_at TEXT NOT NULL DEFAULT '';
        ALTER TABLE deploy_requests ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE deploy_requests ADD COLUMN refused_by TEXT;
        ALTER TABLE deploy_requests ADD COLUMN refused_why TEXT;
        ALTER TABLE deploy_requests ADD COLUMN refused_at TEXT;
        UPDATE deploy_requests SET opened_at = at;

        CREATE TABLE emergencies (
            application TEXT NOT NULL, environment TEXT NOT NULL, release TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (application, environment, release, at)) STRICT;
        CREATE INDEX emergencies_by_time ON emergencies (application, at);
        """,
        SupplySchema.Step,
        """
        CREATE TABLE ci_evidence (
            number INTEGER PRIMARY KEY, application TEXT NOT NULL, sha TEXT NOT NULL, hash TEXT NOT NULL, content TEXT NOT NULL, actor TEXT NOT NULL,
            key_fingerprint TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (application, hash, key_fingerprint)) STRICT;
        CREATE INDEX ci_evidence_by_commit ON ci_evidence (application, sha, number);

        CREATE TABLE evidence_keys (
            application TEXT NOT NULL, name TEXT NOT NULL, fingerprint TEXT NOT NULL, pem TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (application, name), UNIQUE (application, fingerprint)) STRICT;
        """,
        """
        CREATE TABLE account_links (
            issuer TEXT NOT NULL, subject TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (issuer, subject), UNIQUE (issuer, account)) STRICT;

        CREATE TABLE first_codes (hash TEXT PRIMARY KEY, expires_at TEXT NOT NULL) STRICT;
        """,
        """
        CREATE TABLE deliveries (
            application TEXT NOT NULL, release TEXT NOT NULL, run TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL, validation TEXT NOT NULL,
            PRIMARY KEY (application, release)) STRICT;

        CREATE TABLE final_deliveries (
            application TEXT NOT NULL, release TEXT NOT NULL, environment TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (application, release, environment)) STRICT;
        """,
        """
        CREATE TABLE escalations (
            application TEXT NOT NULL, environment TEXT NOT NULL, release TEXT NOT NULL, version INTEGER NOT NULL, since TEXT NOT NULL, state TEXT NOT NULL,
            PRIMARY KEY (application, environment, release)) STRICT;
        """,
        """
        CREATE TABLE review_standings (application TEXT PRIMARY KEY, schedule TEXT NOT NULL, since TEXT NOT NULL) STRICT;

        CREATE TABLE reviews (
            number INTEGER PRIMARY KEY, application TEXT NOT NULL, due TEXT NOT NULL, at TEXT NOT NULL, sheet TEXT NOT NULL, UNIQUE (application, due)) STRICT;
        """,
    ];

    /// <summary>What SQL alone can't do, by the number of the step that it follows.</summary>
    private static readonly Dictionary<int, Action<DbConnection, SqlDialect>> After = new() { [3] = SealJournal };

    /// <summary>The version that this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings a store up to <see cref="Version"/>, in one transaction; two processes may try at once.</summary>
    /// <exception cref="DiagnosticException">The store is from a newer program.</exception>
    public static void Migrate(DbConnection connection, SqlDialect dialect) => Migrate(connection, dialect, Version);

    /// <summary>Brings a store up to an earlier version: as a program of then left it.</summary>
    internal static void Migrate(DbConnection connection, SqlDialect dialect, int version) => dialect.Write(connection, _ =>
    {
        var found = dialect.Version(connection);
        if (found > Version)
            throw new DiagnosticException(ExitCode.ControlPlaneUnavailable, PipelineDiagnostics.StateIsNewer(found, Version));

        for (var step = found + 1; step <= version; step++)
        {
            connection.Execute(dialect.Written(Steps[step - 1]));
            After.GetValueOrDefault(step)?.Invoke(connection, dialect);
        }

        if (found < version) dialect.SetVersion(connection, version);
        return true;
    });

    /// <summary>Seals the facts of before, once, and keeps Towpath's own code from ever changing one.</summary>
    private static void SealJournal(DbConnection connection, SqlDialect dialect)
    {
        var seal = SealedFact.NoSeal;
        foreach (var (sequence, content) in connection.Query<(long, string)>("SELECT sequence, content FROM facts ORDER BY sequence"))
        {
            seal = SealedFact.SealOf(seal, sequence, content);
            connection.Execute("UPDATE facts SET seal = @seal WHERE sequence = @sequence", new { seal, sequence });
        }
        connection.Execute(dialect.FactsStay);
    }
}
