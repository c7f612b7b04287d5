using System.Net;
using Towpath.Core.Identity;

namespace Towpath.Tests.Identity;

public sealed class FrontDoorTests
{
    private static readonly Uri Url = new("https://towpath.example.org/");

    [Theory]
    [InlineData("localhost:7420", "http://localhost:7420")]
    [InlineData("LOCALHOST", "http://localhost")]
    [InlineData("127.0.0.1:7420", "http://127.0.0.1:7420")]
    [InlineData("[::1]:7420", "http://[::1]:7420")]
    [InlineData("towpath.example.org", null)]
    [InlineData("127.0.0.1.example", null)]
    [InlineData("evil@127.0.0.1", null)]
    [InlineData("127.0.0.1/.evil.example", null)]
    [InlineData("", null)]
    public void Admit_AtTheLoopbackPort_TakesLoopbackNamesOnly(string host, string? origin)
    {
        var (door, why) = new FrontDoor(Url, []).Admit(new Arrival(false, host, IPAddress.Loopback, "https"));
        door?.Origin.ShouldBe(origin);
        (door is null).ShouldBe(origin is null);
        (why is null).ShouldBe(origin is not null);
        (door?.IsSecure ?? false).ShouldBeFalse();
    }

    [Theory]
    [InlineData("towpath.example.org", true)]
    [InlineData("TOWPATH.example.org", true)]
    [InlineData("towpath.example.org:8443", false)]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("evil.example", false)]
    public void Admit_WithTls_TakesTheOneNameOnly(string host, bool taken)
    {
        var (door, _) = new FrontDoor(Url, []).Admit(new Arrival(true, host, IPAddress.Parse("203.0.113.7"), null));
        (door is not null).ShouldBe(taken);
        if (taken) door.ShouldBe(new Door(true, "https://towpath.example.org"));
    }

    [Theory]
    [InlineData("10.1.2.3", "https", true)]
    [InlineData("::ffff:10.1.2.3", "https", true)]
    [InlineData("10.1.2.3", "http", false)]
    [InlineData("10.1.2.3", null, false)]
    [InlineData("10.2.0.1", "https", false)]
    [InlineData("fd00::1", "https", false)]
    [InlineData("203.0.113.7", "https", false)]
    public void Admit_BehindAProxy_TakesConnectionsOfItOnly(string from, string? scheme, bool taken)
    {
        var door = new FrontDoor(Url, [IPNetwork.Parse("10.1.0.0/16")]);
        (door.Admit(new Arrival(true, "towpath.example.org", IPAddress.Parse(from), scheme)).Door is not null).ShouldBe(taken);
        door.Admit(new Arrival(true, "evil.example", IPAddress.Parse(from), scheme)).Door.ShouldBeNull();
    }

    [Fact]
    public void Admit_WithoutAName_TakesNobodyFromOutside() =>
        FrontDoor.Loopback.Admit(new Arrival(true, "localhost", IPAddress.Loopback, "https")).Door.ShouldBeNull();
}
