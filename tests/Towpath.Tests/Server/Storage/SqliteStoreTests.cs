using Towpath.Core.Diagnostics;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

public sealed class SqliteStoreTests : SharedStoreContract, IDisposable
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

    protected override SqlStore OpenOther() => Open();

    private SqliteStore Open() => Open(_folder);
}
