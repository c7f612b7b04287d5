using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Integrations;

public sealed class SqliteOutboxTests : OutboxContract, IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly SqliteStore _store;

    public SqliteOutboxTests()
        : this(TemporaryFolder.InMemory())
    {
    }

    private SqliteOutboxTests(TemporaryFolder folder)
        : this(folder, new SqliteStore(folder["state.db"]))
    {
    }

    private SqliteOutboxTests(TemporaryFolder folder, SqliteStore store)
        : base(store) => (_folder, _store) = (folder, store);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }
}
