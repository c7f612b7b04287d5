using Towpath.Core.Diagnostics;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly SqliteStore _store;

    public SqliteStoreTests()
        : this(new TemporaryFolder())
    {
    }

    private SqliteStoreTests(TemporaryFolder folder)
        : this(folder, Open(folder))
    {
    }

    private SqliteStoreTests(TemporaryFolder folder, SqliteStore store)
        : base(store) => (_folder, _store) = (folder, store);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task WaitForFactsAsync_OtherStoreWrites_CompletesByItsTimer()
    {
        using var other = Open();
        var wait = _store.WaitForFactsAsync(0, CancellationToken.None);
        other.Append(Models.Fact());

        await wait.WaitAsync(TimeSpan.FromSeconds(20));
        _store.LastSequence().ShouldBe(1);
    }

    [Fact]
    public async Task Append_TwoStoresInParallel_NoErrorAndNoGap()
    {
        using var other = Open();
        SqliteStore[] stores = [_store, other];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 25; n++)
                stores[i % 2].Append(Models.Fact(), Models.Fact());
        })));

        _store.Facts(null, 0, 1000).Select(f => f.Sequence).ShouldBe(Enumerable.Range(1, 400).Select(n => (long)n));
    }

    [Fact]
    public async Task QueueRun_TwoStoresSameCommitAtOnce_OneRun()
    {
        using var other = Open();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            (i % 2 == 0 ? _store : other).QueueRun("shop", Sha, "s", "ann", Models.Noon, Models.Fact()))));

        answers.Select(a => a.Run.Id).Distinct().ShouldBe(["p-1"]);
        answers.Count(a => !a.Attached).ShouldBe(1);
    }

    [Fact]
    public void Constructor_FileFromBeforeAccounts_HasNoneAndTakesThem()
    {
        var file = _folder["before.db"];
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            StoreSchema.Migrate(connection, SqlDialect.Sqlite, 3);
        }

        using var store = new SqliteStore(file);
        store.Accounts().ShouldBeEmpty();
        store.AddAccount(new AccountRecord("ben", Towpath.Core.Identity.AccountKind.Person, [], false, Models.Noon)).ShouldBeTrue();
        store.Account("ben").ShouldNotBeNull();
    }

    [Fact]
    public void Constructor_FileFromNewerProgram_IsADiagnostic()
    {
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder["state.db"]};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 999";
            command.ExecuteNonQuery();
        }

        Should.Throw<DiagnosticException>(Open).Diagnostics[0].Code.ShouldBe("TP3030");
    }

    [Fact]
    public void Constructor_ExistingFile_KeepsItsContent()
    {
        Queue(Sha);

        using var again = Open();
        again.Run("p-1").ShouldNotBeNull();
    }

    private static SqliteStore Open(TemporaryFolder folder) => new(folder["state.db"]);

    private SqliteStore Open() => Open(_folder);
}
