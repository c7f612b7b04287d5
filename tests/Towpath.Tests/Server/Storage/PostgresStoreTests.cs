using System.Text.Json;
using Dapper;
using Npgsql;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

public sealed class PostgresStoreTests : SharedStoreContract, IDisposable
{
    private readonly string _database;
    private readonly PostgresStore _store;

    public PostgresStoreTests(PostgresServer server)
        : this(server.NewDatabase())
    {
    }

    private PostgresStoreTests(string database)
        : this(database, PostgresServer.Open(database))
    {
    }

    private PostgresStoreTests(string database, PostgresStore store)
        : base(store) => (_database, _store) = (database, store);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Constructor_ExistingDatabase_KeepsItsContent()
    {
        Queue(Sha);

        using var again = Open();
        again.Run("p-1").ShouldNotBeNull();
    }

    [Fact]
    public async Task Constructor_SeveralOnAnEmptyDatabase_OneOfThemMakesTheTables()
    {
        Execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(Open)));

        stores[0].Append(Models.Fact());
        stores.Select(s => s.LastSequence()).ShouldBe([1, 1, 1, 1]);
        foreach (var store in stores) store.Dispose();
    }

    [Fact]
    public void Constructor_DatabaseFromNewerProgram_IsADiagnostic()
    {
        Execute("UPDATE schema_version SET version = 999");

        Should.Throw<DiagnosticException>(Open).Diagnostics[0].Code.ShouldBe("TP3030");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Constructor_TablesOfAnEarlierVersion_AreBroughtUpAndTheJournalSealed(int version)
    {
        Earlier(version, connection =>
        {
            foreach (var sequence in new[] { 1, 2 })
            {
                var fact = Models.Fact(text: "a fact of before");
                connection.Execute(
                    "INSERT INTO facts (sequence, application, kind, at, content) VALUES (@sequence, @Application, @Kind, @at, @content)",
                    new { sequence, fact.Application, fact.Kind, at = fact.At.UtcDateTime.ToString("O"), content = JsonSerializer.Serialize(fact, JournalJson.Default.Fact) });
            }
            connection.Execute("UPDATE counters SET value = 2 WHERE name = 'fact'");
        });

        using var store = Open();
        store.Append(Models.Fact());

        var audit = Audit();
        (audit.Facts, audit.Broken).ShouldBe((3, null));
        store.Facts(null, 0, 10).Count(f => f.Text == "a fact of before").ShouldBe(2);
    }

    [Fact]
    public void Constructor_TablesOfEachEarlierVersion_KeepTheirContentAndTakeEverything()
    {
        for (var version = 1; version < StoreSchema.Version; version++)
        {
            Earlier(version, connection => connection.Execute(
                """
                INSERT INTO runs (number, application, sha, subject, actor, state, queued_at) VALUES (1, 'shop', 'abc', 's', 'ann', 'Queued', '2026-01-01T12:00:00Z');
                UPDATE counters SET value = 1 WHERE name = 'run';
                INSERT INTO current (application, environment, release, deployment, since) VALUES ('shop', 'test', 'r-1', 'd-1', '2026-01-01T12:00:00Z');
                """));

            using var store = Open();
            store.Run("p-1")!.Subject.ShouldBe("s", $"from version {version}");
            store.Current("shop", "test")!.Previous.ShouldBeNull();
            Queue(Sha).Run.Id.ShouldBe("p-2");
            store.AddAccount(new AccountRecord("ben", AccountKind.Person, [], false, Models.Noon)).ShouldBeTrue();
            store.SaveSignature(new SignatureRecord("shop", "text", "dev", "ann", Models.Noon), Models.Fact());
            store.KeepChannels(["chat"], Models.Noon);
            store.ChannelCursor("chat").ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("UPDATE facts SET content = replace(content, 'ann', 'bob') WHERE sequence = 3", "TP4050")]
    [InlineData("DELETE FROM facts WHERE sequence = 3", "TP4051")]
    [InlineData("TRUNCATE facts", "TP4051")]
    public void Sealed_DatabaseWasTamperedWith_IsRefusedElseFound(string sql, string code)
    {
        _store.Append([.. Enumerable.Range(0, 5).Select(_ => Models.Fact() with { Actor = "ann" })]);

        Should.Throw<PostgresException>(() => Execute(sql)).Message.ShouldContain("facts are never");
        Audit().Broken.ShouldBeNull();
        Execute("DROP TRIGGER facts_stay ON facts; DROP TRIGGER facts_stay_all ON facts; " + sql);

        Audit().Broken!.Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("Host=/nowhere;Username=towpath;Password=hunter2;Nonsense=1")]
    [InlineData("hunter2")]
    [InlineData("postgres://towpath:hunter2@:99999999/db")]
    [InlineData("Username=towpath;Password=hunter2")]
    public void Constructor_NoConnectionString_IsADiagnosticThatDoesNotShowIt(string text)
    {
        var diagnostic = Should.Throw<DiagnosticException>(() => PostgresServer.Open(text)).Diagnostics[0];

        diagnostic.Code.ShouldBe("TP4702");
        diagnostic.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void Constructor_NobodyAnswers_IsUnavailableAndShowsNoSecret()
    {
        var exception = Should.Throw<StoreUnavailableException>(() => PostgresServer.Open("Host=/nowhere;Username=towpath;Password=hunter2"));

        exception.Diagnostic.Code.ShouldBe("TP4701");
        exception.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void Write_AnotherProcessIsSuspendedInTheMiddleOfOne_WaitsUntilItsSessionIsEnded()
    {
        using var suspended = new NpgsqlConnection(_database);
        suspended.Open();

        Should.Throw<NpgsqlException>(() => SqlDialect.Postgres.Write(suspended, connection =>
        {
            connection.Execute("UPDATE counters SET value = 77 WHERE name = 'fact'");
            _store.Append(Models.Fact());
            return connection.Execute("UPDATE counters SET value = 78 WHERE name = 'fact'");
        }));

        _store.LastSequence().ShouldBe(1);
    }

    [Fact]
    public void SaveEvidence_DetailWithACharacterThatPostgresHasNot_IsStoredWithAnother()
    {
        _store.SaveEvidence(new EvidenceRecord("p-1", "test:api", false, Models.Noon, TimeSpan.Zero, null, "a\0b"));

        _store.Evidence("p-1").ShouldHaveSingleItem().Detail.ShouldBe("a\uFFFDb");
    }

    /// <summary>Leaves the database as a program of an earlier version did.</summary>
    private void Earlier(int version, Action<NpgsqlConnection> fill)
    {
        Execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        connection.Open();
        StoreSchema.Migrate(connection, SqlDialect.Postgres, version);
        fill(connection);
    }

    protected override SqlStore OpenOther() => Open();

    private PostgresStore Open() => PostgresServer.Open(_database);

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        connection.Open();
        connection.Execute(sql);
    }
}
