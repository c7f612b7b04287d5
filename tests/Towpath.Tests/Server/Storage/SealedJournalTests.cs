using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

/// <summary>The journal in its file, against somebody who writes to that file.</summary>
public sealed class SealedJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sealed_TwoStoresWriteAtOnce_OneChain()
    {
        using var one = Open();
        using var two = Open();
        await Task.WhenAll(new[] { one, two }.Select(store => Task.Run(() =>
        {
            for (var n = 0; n < 50; n++) store.Append(Models.Fact(), Models.Fact());
        })));

        var audit = Audit(one);

        (audit.Facts, audit.Broken).ShouldBe((200, null));
    }

    [Theory]
    [InlineData("UPDATE facts SET content = replace(content, 'ann', 'bob') WHERE sequence = 3", "TP4050")]
    [InlineData("UPDATE facts SET deployment = 'd-9' WHERE sequence = 3", "TP4050")]
    [InlineData("DELETE FROM facts WHERE sequence = 3", "TP4051")]
    [InlineData("DELETE FROM facts WHERE sequence = 5", "TP4051")]
    public void Sealed_FileWasTamperedWith_IsFound(string sql, string code)
    {
        using var store = Open();
        store.Append([.. Enumerable.Range(0, 5).Select(_ => Models.Fact() with { Actor = "ann" })]);

        Should.Throw<SqliteException>(() => Execute(sql)).Message.ShouldContain("facts are never");
        Audit(store).Broken.ShouldBeNull();
        Execute("DROP TRIGGER facts_stay; DROP TRIGGER facts_stay_as_they_are; " + sql);

        Audit(store).Broken!.Code.ShouldBe(code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Constructor_FileOfAnEarlierVersion_IsBroughtUpAndItsJournalSealed(int version)
    {
        With(connection =>
        {
            StoreSchema.Migrate(connection, SqlDialect.Sqlite, version);
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

        var audit = Audit(store);

        (audit.Facts, audit.Broken).ShouldBe((3, null));
        store.Facts(null, 0, 10).Count(f => f.Text == "a fact of before").ShouldBe(2);
    }

    private static SealAudit Audit(SqliteStore store) =>
        store.Sealed(0, 1000).Aggregate(SealAudit.Start, (audit, fact) => audit.After(fact, null)).End(store.LastSequence(), null);

    private SqliteStore Open() => new(_folder["state.db"]);

    private void Execute(string sql) => With(connection => connection.Execute(sql));

    private void With(Action<SqliteConnection> act)
    {
        SystemSqlite.Use();
        using var connection = new SqliteConnection($"Data Source={_folder["state.db"]};Pooling=False");
        connection.Open();
        act(connection);
    }
}
