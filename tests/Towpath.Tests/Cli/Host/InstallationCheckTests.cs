using System.Net;
using System.Net.Sockets;
using Towpath.Cli.Client;
using Towpath.Cli.Host;
using Towpath.Core.Configuration;
using Towpath.Server.Backups;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Host;

public sealed class InstallationCheckTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly TemporaryFolder _folder = new();
    private readonly Paths _paths;

    public InstallationCheckTests()
    {
        _paths = new Paths(_folder["state"], _folder["config"]);
        Paths.MakePrivate(_paths.State);
        Paths.WritePrivate(_paths.Token, "t");
        Paths.WritePrivate(_paths.SecretKeys, "k");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_AllAsItShouldBe_FindsNothing() => Look().ShouldAllBe(f => f.Ok);

    [Theory]
    [InlineData("config/token", "600")]
    [InlineData("config/secrets.key", "600")]
    [InlineData("state", "700")]
    public void Run_SomethingSecretIsOpenToOthers_SaysHowToCloseIt(string name, string mode)
    {
        File.SetUnixFileMode(_folder[name], File.GetUnixFileMode(_folder[name]) | UnixFileMode.GroupRead);
        var finding = Look().Single(f => !f.Ok);
        (finding.Name, finding.Remedy).ShouldBe(("secret files", $"chmod {mode} {_folder[name]}"));
    }

    [Fact]
    public void Run_PortIsAnothers_SaysSo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var finding = Look(port: port).Single(f => !f.Ok);
        finding.Name.ShouldBe("port");
        finding.Remedy!.ShouldContain("TOWPATH_PORT");

        // One's own is no stranger.
        ServeRecord.Write(_paths, $"http://127.0.0.1:{port}");
        Look(port: port).ShouldAllBe(f => f.Ok);
    }

    [Fact]
    public void Run_ClockIsBehindTheStore_SaysSo()
    {
        File.WriteAllText(Path.Combine(_paths.State, StateArchive.StoreFile), "");
        Look(now: Now.AddHours(-1)).Single(f => !f.Ok).Name.ShouldBe("clock");
        Look(now: DateTimeOffset.UnixEpoch).Single(f => !f.Ok).Name.ShouldBe("clock");
    }

    [Fact]
    public void Run_DatabaseDoesNotAnswer_SaysSoWithoutItsPassword()
    {
        var finding = Look(new Secret($"Host={_folder.Path};Username=u;Password=hunter2;Timeout=2")).Single(f => !f.Ok);
        finding.Name.ShouldBe("store");
        finding.Detail.ShouldStartWith("PostgreSQL: ");
        finding.ToString().ShouldNotContain("hunter2");
        Look(new Secret("nonsense=1")).Single(f => !f.Ok).Name.ShouldBe("store");
    }

    private IReadOnlyList<HostFinding> Look(Secret? postgres = null, int port = 0, DateTimeOffset? now = null) =>
        InstallationCheck.Run(_paths, postgres, port, InstallationCheck.IsFree, now ?? Now);
}
