using System.Collections.Immutable;
using Npgsql;
using Towpath.Core.Applications;
using Towpath.Engines.Resources;

namespace Towpath.EngineTests.Resources;

/// <summary>A PostgreSQL of the tests' own.</summary>
public sealed class PostgresServer : BackingServer
{
    protected override string Image => "docker.io/library/postgres:15";

    protected override string User => "postgres";

    protected override int Subnet => 231;

    protected override ImmutableSortedDictionary<string, string> Variables =>
        ImmutableSortedDictionary<string, string>.Empty.Add("POSTGRES_PASSWORD", Password);

    public NpgsqlConnectionStringBuilder As(string user, string? password, string database) =>
        new() { Host = Server.Address, Username = user, Password = password, Database = database, Pooling = false, Timeout = 5 };

    public async Task<string?> AskAsync(string question, string? user = null, string? password = null, string database = "postgres")
    {
        await using var source = NpgsqlDataSource.Create(As(user ?? User, user is null ? Password : password, database).ConnectionString);
        await using var command = source.CreateCommand(question);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    protected override async Task ReadyAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AskAsync("select 1");
                return;
            }
            catch (NpgsqlException) when (attempt < 150)
            {
                await Task.Delay(200);
            }
        }
    }
}

/// <summary>Declared databases on a real PostgreSQL.</summary>
public sealed class PostgresResourcesTests(PostgresServer server) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Ensure_Absent_MakesRoleAndDatabaseThatCanBeUsed()
    {
        (await EnsureAsync("shop", "shop", "p'a\"s\\s")).ShouldBeNull();

        (await server.AskAsync("create table t (x int); insert into t values (7); select x from t", "shop", "p'a\"s\\s", "shop")).ShouldBe("7");
        (await server.AskAsync("select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = 'shop'")).ShouldBe("False");
    }

    [Fact]
    public async Task Ensure_Twice_ChangesNothing()
    {
        (await EnsureAsync("twice", "twice", "secret")).ShouldBeNull();
        var before = await SnapshotAsync("twice");

        (await EnsureAsync("twice", "twice", "secret")).ShouldBeNull();

        (await SnapshotAsync("twice")).ShouldBe(before);
    }

    [Fact]
    public async Task Ensure_OtherPassword_TheRoleCanLogInWithTheNewOne()
    {
        (await EnsureAsync("rotated", "rotated", "old")).ShouldBeNull();

        (await EnsureAsync("rotated", "rotated", "new")).ShouldBeNull();

        (await server.AskAsync("select current_user", "rotated", "new", "rotated")).ShouldBe("rotated");
        await Should.ThrowAsync<PostgresException>(() => server.AskAsync("select 1", "rotated", "old", "rotated"));
    }

    [Fact]
    public async Task Ensure_OwnerDiffers_SaysSoAndChangesNothing()
    {
        (await EnsureAsync("owned", "first", "secret")).ShouldBeNull();

        (await EnsureAsync("owned", "second", "secret")).ShouldBe("it exists and belongs to \"first\", not to \"second\"");

        (await server.AskAsync("select pg_get_userbyid(datdba) from pg_database where datname = 'owned'")).ShouldBe("first");
    }

    [Fact]
    public async Task Ensure_NoUser_MakesTheDatabaseForTheAdministrator()
    {
        (await EnsureAsync("plain", null, null)).ShouldBeNull();
        (await EnsureAsync("plain", null, null)).ShouldBeNull();

        (await server.AskAsync("select pg_get_userbyid(datdba) from pg_database where datname = 'plain'")).ShouldBe("postgres");
    }

    [Fact]
    public async Task Ensure_UserWithoutAPassword_MakesBothAndAgreesTheSecondTime()
    {
        (await EnsureAsync("open", "open", null)).ShouldBeNull();
        (await EnsureAsync("open", "open", null)).ShouldBeNull();

        (await server.AskAsync("select pg_get_userbyid(datdba) from pg_database where datname = 'open'")).ShouldBe("open");
    }

    [Theory]
    [InlineData("a\"b'c")]
    [InlineData("select; drop database postgres --")]
    [InlineData("Größe %I %L $1")]
    public async Task Ensure_OddNames_AreQuoted(string name)
    {
        var user = "u " + name;
        (await EnsureAsync(name, user, name)).ShouldBeNull();
        (await EnsureAsync(name, user, name)).ShouldBeNull();

        (await server.AskAsync("select current_database() || current_user", user, name, name)).ShouldBe(name + user);
    }

    [Fact]
    public async Task Ensure_AdministratorsPasswordIsWrong_IsAReasonWithoutThePassword()
    {
        var reason = await PostgresResources.EnsureAsync(
            server.Server with { Password = "hunter2" }, BackingServer.Resource(ResourceKind.PostgresDatabase, "never"), null, Cancel);

        reason.ShouldNotBeNull().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Ensure_TenAtOnce_AgreeOnOneDatabase()
    {
        var reasons = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => EnsureAsync("crowd", null, null)));

        reasons.ShouldAllBe(r => r == null);
    }

    private Task<string?> EnsureAsync(string database, string? user, string? password) => PostgresResources.EnsureAsync(
        server.Server, BackingServer.Resource(ResourceKind.PostgresDatabase, database, user), password, Cancel);

    private async Task<string> SnapshotAsync(string name) =>
        await server.AskAsync($"select rolpassword || xmin::text from pg_authid where rolname = '{name}'")
        + await server.AskAsync($"select oid::text || xmin::text from pg_database where datname = '{name}'");
}
