using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers.Gateways;

namespace Towpath.EndToEnd;

/// <summary>What a person meets first: an ordinary Compose file, or a machine that lacks something.</summary>
public sealed class MachineTests : IAsyncDisposable
{
    private readonly Installation _towpath = new();

    public ValueTask DisposeAsync() => _towpath.DisposeAsync();

    [Fact]
    public async Task Ship_OrdinaryComposeFile_JustWorks()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        var port = Ports.Next();
        var source = await SourceTree.InitAsync(_towpath.Place("e2e-plain"));
        source.Write("compose.yaml", string.Create(CultureInfo.InvariantCulture, $"services:\n  web:\n    image: {BadInputFixture.Image}\n    ports: [\"{port}:80\"]\n"));
        await source.CommitAsync("first");
        // As on a machine that has never run anything; left where another environment uses it.
        using (var remove = Process.Start(new ProcessStartInfo("podman", ["rmi", GatewayPlan.DefaultImage]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!)
            await remove.WaitForExitAsync(TestContext.Current.CancellationToken);

        var shipped = (await _towpath.RunAsync(source.Folder, "ship")).ShouldEndWith(ExitCode.Success);

        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        shipped.Out.ShouldContain(url);
        shipped.Error.ShouldContain("the application is called `e2e-plain`");
        (await _towpath.RunAsync(source.Folder, "check")).ShouldEndWith(ExitCode.Success);
        using var http = new HttpClient();
        (await http.GetAsync(new Uri(url))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _towpath.RunAsync(source.Folder, "down", "--purge")).ShouldEndWith(ExitCode.Success);
        (await _towpath.TracesAsync("e2e-plain")).ShouldBeEmpty();
        (await _towpath.ImagesAsync("e2e-plain")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ship_WithoutPodman_SaysHowToInstallIt()
    {
        // The usual programs but for podman: a folder of links stands in for a machine without it.
        var programs = _towpath.Place("bin");
        foreach (var program in new[] { "git", "sh", "setsid", "kill" }.Select(Installation.FindOnPath).OfType<string>())
        {
            File.CreateSymbolicLink(Path.Combine(programs, Path.GetFileName(program)), program);
        }

        var source = await SourceTree.InitAsync(_towpath.Place("app"));
        source.Write("compose.yaml", $"services: {{ web: {{ image: \"{BadInputFixture.Image}\", ports: [\"80\"] }} }}\n");
        await source.CommitAsync("first");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = programs };
        await using var ship = _towpath.Start(source.Folder, variables, "", "ship", "--engine", "podman", "--output", "json");

        var shipped = (await ship.EndAsync()).ShouldEndWith(ExitCode.EngineUnavailable).ShouldReport("TP6001");

        shipped.Error.ShouldContain("apt-get install");
        shipped.JsonCodes.ShouldBe(["TP6001"]);
    }

    [Fact]
    public async Task Status_NoControlPlaneAndNotToStartOne_IsToldAsSuch()
    {
        var status = (await _towpath.RunAsync(_towpath.Place("app"), "status", "--no-start", "--output", "json"))
            .ShouldEndWith(ExitCode.ControlPlaneUnavailable).ShouldReport("TP7101");

        status.JsonCodes.ShouldBe(["TP7101"]);
    }

    [Fact]
    public async Task Up_PortTakenByAnother_NamesThePort()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        var port = Ports.Next();
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();

        var up = await _towpath.RunAsync(_towpath.Place("app"), "up", "--port", port.ToString(CultureInfo.InvariantCulture));

        up.ShouldEndWith(ExitCode.ControlPlaneUnavailable).ShouldReport("TP7104");
    }

    [Fact]
    public async Task Ship_NoRepository_IsRefusedBeforeAnythingStarts()
    {
        var ship = await _towpath.RunAsync(_towpath.Place("app"), "ship");

        ship.ShouldEndWith(ExitCode.InvalidInput).ShouldReport("TP7110");
        Directory.Exists(_towpath.State).ShouldBeFalse();
    }
}
