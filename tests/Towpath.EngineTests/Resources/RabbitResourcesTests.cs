using System.Collections.Immutable;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Towpath.Core.Applications;
using Towpath.Engines.Resources;

namespace Towpath.EngineTests.Resources;

/// <summary>A RabbitMQ of the tests' own.</summary>
public sealed class RabbitServer : BackingServer
{
    protected override string Image => "docker.io/library/rabbitmq:3.10";

    protected override string User => "towpath";

    protected override int Subnet => 232;

    protected override ImmutableSortedDictionary<string, string> Variables => ImmutableSortedDictionary<string, string>.Empty
        .Add("RABBITMQ_DEFAULT_USER", User).Add("RABBITMQ_DEFAULT_PASS", Password);

    public Task<IConnection> ConnectAsync() =>
        new ConnectionFactory { HostName = Server.Address, UserName = Server.User, Password = Server.Password }.CreateConnectionAsync();

    protected override async Task ReadyAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await ConnectAsync();
                return;
            }
            catch (BrokerUnreachableException) when (attempt < 150)
            {
                await Task.Delay(300);
            }
        }
    }
}

/// <summary>Declared queues and exchanges on a real RabbitMQ.</summary>
public sealed class RabbitResourcesTests(RabbitServer server) : IClassFixture<RabbitServer>, IAsyncLifetime
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

    [Theory]
    [InlineData("orders", true)]
    [InlineData("passing", false)]
    [InlineData("a\"b'c ö", true)]
    public async Task Ensure_QueueTwice_IsMadeOnceAndKeepsItsMessages(string name, bool durable)
    {
        (await EnsureAsync(ResourceKind.RabbitQueue, name, durable)).ShouldBeNull();
        await using var connection = await server.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        await channel.BasicPublishAsync("", name, "kept"u8.ToArray(), Cancel);

        (await EnsureAsync(ResourceKind.RabbitQueue, name, durable)).ShouldBeNull();

        (await channel.BasicGetAsync(name, autoAck: true, Cancel))!.Body.ToArray().ShouldBe("kept"u8.ToArray());
    }

    [Fact]
    public async Task Ensure_QueueOfOtherDurability_SaysSoAndLeavesIt()
    {
        (await EnsureAsync(ResourceKind.RabbitQueue, "short-lived", durable: false)).ShouldBeNull();

        (await EnsureAsync(ResourceKind.RabbitQueue, "short-lived", durable: true)).ShouldNotBeNull().ShouldContain("durable");

        (await EnsureAsync(ResourceKind.RabbitQueue, "short-lived", durable: false)).ShouldBeNull();
    }

    [Theory]
    [InlineData("topic")]
    [InlineData("fanout")]
    [InlineData("headers")]
    [InlineData(null)]
    public async Task Ensure_ExchangeTwice_IsMadeOnce(string? type)
    {
        var name = $"events-{type}";
        (await EnsureAsync(ResourceKind.RabbitExchange, name, true, type)).ShouldBeNull();
        (await EnsureAsync(ResourceKind.RabbitExchange, name, true, type)).ShouldBeNull();

        await using var connection = await server.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        await channel.ExchangeDeclarePassiveAsync(name, Cancel);
    }

    [Fact]
    public async Task Ensure_ExchangeOfOtherType_SaysSo()
    {
        (await EnsureAsync(ResourceKind.RabbitExchange, "mixed", true, "topic")).ShouldBeNull();

        (await EnsureAsync(ResourceKind.RabbitExchange, "mixed", true, "fanout")).ShouldNotBeNull().ShouldContain("type");
    }

    [Fact]
    public async Task Ensure_UnknownExchangeType_IsAReason() =>
        (await EnsureAsync(ResourceKind.RabbitExchange, "odd", true, "no-such-type")).ShouldNotBeNull();

    private Task<string?> EnsureAsync(ResourceKind kind, string name, bool durable, string? type = null) =>
        RabbitResources.EnsureAsync(server.Server, BackingServer.Resource(kind, name, durable: durable, exchangeType: type), Cancel);
}
