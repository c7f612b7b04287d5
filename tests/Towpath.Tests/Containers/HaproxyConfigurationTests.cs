using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Towpath.Core.Containers;

namespace Towpath.Tests.Containers;

public sealed class HaproxyConfigurationTests
{
    private static readonly GatewayDesired Shop = new(
        [new GatewayBackend("web", 80, null), new GatewayBackend("api", 8000, "/healthz"), new GatewayBackend("admin", 8000, "/ready")],
        [new GatewayRoute("/", "web", Strip: false), new GatewayRoute("/api/", "api", Strip: true), new GatewayRoute("/api/v2.0%20", "admin", Strip: true)],
        9950)
    {
        SlowAfter = TimeSpan.FromMilliseconds(300),
    };

    private static readonly ImmutableArray<GatewayServer> Replicas =
        [new("web", "shop-web-1", "10.1.0.3", 80), new("api", "shop-api-2", "10.1.0.5", 8000, 10), new("api", "shop-api-1", "10.1.0.4", 8000, 90)];

    [Fact]
    public void Write_Shop_IsTheGoldenText()
    {
        var text = HaproxyConfiguration.Write(Shop, Replicas, HaproxyOptions.Container);
        var golden = Path.Combine(Folder(), "haproxy.golden.cfg");
        if (Environment.GetEnvironmentVariable("TOWPATH_UPDATE_GOLDEN") == "1") File.WriteAllText(golden, text);
        text.ShouldBe(File.ReadAllText(golden));
    }

    [Fact]
    public void ServersOf_WrittenText_GivesWhatWasWritten()
    {
        var text = HaproxyConfiguration.Write(Shop, Replicas, HaproxyOptions.Container);
        HaproxyConfiguration.ServersOf(text).ShouldBe(Replicas, ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("backend api\n    server\n    server a\n    server a b\n    server a 10.0.0.1 weight 1\n    server a 10.0.0.1:x weight 1\n    server a 10.0.0.1:1 weight\n")]
    public void ServersOf_OtherText_GivesNone(string text) => HaproxyConfiguration.ServersOf(text).ShouldBeEmpty();

    [Fact]
    public void Write_NoLatencyObjective_CountsNoSlowAnswers()
    {
        HaproxyConfiguration.Write(Shop with { SlowAfter = null }, Replicas, HaproxyOptions.Container).ShouldNotContain(HaproxyConfiguration.SlowTable);
        HaproxyConfiguration.Write(Shop, Replicas, HaproxyOptions.Container).ShouldContain(HaproxyConfiguration.SlowTable);
    }

    [Fact]
    public void Write_OtherOrder_IsTheSameText()
    {
        var reversed = Shop with { Backends = [.. Shop.Backends.Reverse()], Routes = [.. Shop.Routes.Reverse()] };
        HaproxyConfiguration.Write(reversed, [.. Replicas.Reverse()], HaproxyOptions.Container)
            .ShouldBe(HaproxyConfiguration.Write(Shop, Replicas, HaproxyOptions.Container));
    }

    [Fact]
    public void WithServers_OfTheWholeText_GivesWhatWriteGives()
    {
        var empty = HaproxyConfiguration.Write(Shop, [], HaproxyOptions.Container);
        var full = HaproxyConfiguration.Write(Shop, Replicas, HaproxyOptions.Container);
        empty.ShouldNotContain("    server ");
        HaproxyConfiguration.WithServers(empty, Replicas).ShouldBe(full);
        HaproxyConfiguration.WithServers(full, []).ShouldBe(empty);
        HaproxyConfiguration.WithServers(full, [new GatewayServer("gone", "x", "10.1.0.9", 80)]).ShouldBe(empty);
    }

    [Fact]
    public void StructureOf_Text_FollowsStructureAndNotServers()
    {
        var empty = HaproxyConfiguration.StructureOf(HaproxyConfiguration.Write(Shop, [], HaproxyOptions.Container));
        empty.Length.ShouldBe(16);
        HaproxyConfiguration.StructureOf(HaproxyConfiguration.Write(Shop, Replicas, HaproxyOptions.Container)).ShouldBe(empty);
        var other = HaproxyConfiguration.StructureOf(HaproxyConfiguration.Write(Shop with { MaxConnections = 100 }, [], HaproxyOptions.Container));
        (other == empty).ShouldBeFalse();
        HaproxyConfiguration.StructureOf("global\n").ShouldBe("");
    }

    [Theory]
    [InlineData("api\n", 80, null)]
    [InlineData("a b", 80, null)]
    [InlineData("", 80, null)]
    [InlineData("api", 0, null)]
    [InlineData("api", 70000, null)]
    [InlineData("api", GatewayPorts.Public, null)]
    [InlineData("api", GatewayPorts.Metrics, null)]
    [InlineData("api", 80, "healthz")]
    [InlineData("api", 80, "/a b")]
    [InlineData("api", 80, "/a'b")]
    [InlineData("api", 80, "/a\"b")]
    [InlineData("api", 80, "/a\\b")]
    [InlineData("api", 80, "/a\nbackend x")]
    [InlineData("api", 80, "/a#b")]
    [InlineData("api", 80, "/a{b}")]
    public void Write_BackendThatIsNotPlain_IsRefused(string service, int port, string? health) =>
        Should.Throw<ArgumentException>(() => HaproxyConfiguration.Write(new GatewayDesired([new GatewayBackend(service, port, health)], [], 10), [], HaproxyOptions.Container));

    [Theory]
    [InlineData("/x", "nobody")]
    [InlineData("/x y", "api")]
    [InlineData("x", "api")]
    [InlineData("/same/", "api")]
    public void Write_RouteThatIsNotPlain_IsRefused(string path, string service) =>
        Should.Throw<ArgumentException>(() => HaproxyConfiguration.Write(
            new GatewayDesired([new GatewayBackend("api", 80, null)], [new GatewayRoute("/same", "api", false), new GatewayRoute(path, service, false)], 10),
            [],
            HaproxyOptions.Container));

    [Theory]
    [InlineData("api", "r 1", "10.0.0.1", 80, 100)]
    [InlineData("api", "r;1", "10.0.0.1", 80, 100)]
    [InlineData("api", "r1", "10.0.0", 80, 100)]
    [InlineData("api", "r1", "host", 80, 100)]
    [InlineData("api", "r1", "::1", 80, 100)]
    [InlineData("api", "r1", "10.0.0.1", 0, 100)]
    [InlineData("api", "r1", "10.0.0.1", 80, 257)]
    [InlineData("api", "r1", "10.0.0.1", 80, -1)]
    public void Write_ServerThatIsNotPlain_IsRefused(string backend, string name, string address, int port, int weight) =>
        Should.Throw<ArgumentException>(() => HaproxyConfiguration.Write(
            new GatewayDesired([new GatewayBackend("api", 80, null)], [], 10), [new GatewayServer(backend, name, address, port, weight)], HaproxyOptions.Container));

    [Theory]
    [InlineData(20_000, 9_950)]
    [InlineData(1_048_576, 20_000)]
    [InlineData(10, 1)]
    public void ConnectionsFor_Limit_IsHalfOfIt(long descriptors, int connections) =>
        GatewayDesired.ConnectionsFor(descriptors).ShouldBe(connections);

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
