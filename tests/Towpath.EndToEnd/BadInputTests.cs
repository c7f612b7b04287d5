using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>What can be wrong with a commit or with what it runs: each is told with its place, ends with its exit code, and leaves nothing.</summary>
[Collection(nameof(SmallApplications))]
public sealed class BadInputTests(BadInputFixture fixture)
{
    [Fact]
    public async Task Ship_NoComposeFile_IsRefused()
    {
        var application = await MakeAsync("e2e-nofile");
        File.Delete(Path.Combine(application.Source.Folder, "compose.yaml"));
        await application.Source.CommitAsync("without");

        await application.ShipAndFailAsync(ExitCode.InvalidInput, "TP1001", null);
    }

    [Fact]
    public async Task Ship_YamlError_IsToldWithItsPlace()
    {
        var application = await MakeAsync("e2e-yaml", rest: "volumes: [a");

        await application.ShipAndFailAsync(ExitCode.InvalidInput, "TP1005", "compose.yaml:7:1");
    }

    [Fact]
    public async Task Ship_UnknownKey_IsToldWithItsPlace()
    {
        var application = await MakeAsync("e2e-key", "    imagee: nginx");

        await application.ShipAndFailAsync(ExitCode.InvalidInput, "TP1030", "compose.yaml:6:5");
    }

    [Fact]
    public async Task Ship_MissingEnvFile_IsToldWithItsPlace()
    {
        var application = await MakeAsync("e2e-envfile", "    env_file: settings.env");

        await application.ShipAndFailAsync(ExitCode.InvalidInput, "TP1059", "compose.yaml:6:15");
    }

    [Fact]
    public async Task Ship_BuildFails_PointsAtTheStepOfTheDockerfile()
    {
        var application = await MakeAsync("e2e-build", "    build: .");
        application.Source.Write("Dockerfile", $"FROM {BadInputFixture.Image}\nRUN echo no such thing && false\n");
        await application.Source.CommitAsync("broken build");

        var shipped = await application.ShipAndFailAsync(ExitCode.PipelineFailed, "TP3010", "Dockerfile:2:1");
        shipped.Error.ShouldContain("no such thing");
    }

    [Fact]
    public async Task Ship_ImageNotToBeHad_PointsAtTheService()
    {
        var application = await MakeAsync("e2e-image");
        application.Source.Replace("compose.yaml", BadInputFixture.Image, "127.0.0.1:1/no/such:9");
        await application.Source.CommitAsync("from nowhere");

        await application.ShipAndFailAsync(ExitCode.PipelineFailed, "TP6040", "compose.yaml:3:3");
    }

    [Fact]
    public async Task Ship_TestsFail_ShowsTheirLastLines()
    {
        var application = await MakeAsync("e2e-tests", """    x-towpath: { test: { command: [sh, -c, "echo 1 of 2 failed; exit 9"] } }""");

        var shipped = await application.ShipAndFailAsync(ExitCode.PipelineFailed, "TP3011", "compose.yaml:6:35");
        shipped.Error.ShouldContain("1 of 2 failed");
        shipped.Error.ShouldContain("exit code 9");
    }

    [Fact]
    public async Task Ship_ImageExitsAtOnce_ShowsExitCodeAndLastLines()
    {
        var application = await MakeAsync("e2e-exits", """    command: [sh, -c, "echo can not find my settings; exit 3"]""");

        var shipped = await application.ShipAndFailAsync(ExitCode.DeploymentFailed, "TP5001", "compose.yaml:3:3");
        shipped.Error.ShouldContain("exit code 3");
        shipped.Error.ShouldContain("can not find my settings");
    }

    [Fact]
    public async Task Ship_NeverReady_PointsAtTheCheck()
    {
        var application = await MakeAsync("e2e-unready", "    x-towpath: { health: /not-there, route: /, port: 80 }", "    ready: 3s");

        var shipped = await application.ShipAndFailAsync(ExitCode.DeploymentFailed, "TP5002", "compose.yaml:6:26");
        shipped.Error.ShouldContain("404");
    }

    [Fact]
    public async Task Ship_PortTaken_PointsAtThePort()
    {
        var application = await MakeAsync("e2e-port");
        using var other = new TcpListener(IPAddress.Loopback, application.Port);
        other.Start();

        await application.ShipAndFailAsync(ExitCode.DeploymentFailed, "TP5502", "towpath.yaml:4:11");
    }

    [Fact]
    public async Task Ship_MigrationFails_ShowsItsLastLines()
    {
        var application = await MakeAsync("e2e-migrate", """    x-towpath: { migrate: [sh, -c, "echo no such table; exit 1"] }""");

        var shipped = await application.ShipAndFailAsync(ExitCode.DeploymentFailed, "TP5003", "compose.yaml:6:27");
        shipped.Error.ShouldContain("no such table");
    }

    [Fact]
    public async Task Ship_VolumeInUseByAnother_NamesTheContainer()
    {
        var application = await MakeAsync("e2e-volume", """    volumes: ["data:/data"]""", rest: "volumes: { data: {} }");
        (await application.RunAsync("up")).ShouldEndWith(ExitCode.Success);
        using var engine = await application.Towpath.EngineAsync();
        const string volume = "e2e-volume-production-data";
        const string stranger = "e2e-stranger";
        await engine.CreateVolumeAsync(volume, new Dictionary<string, string>(), CancellationToken.None);
        try
        {
            await engine.CreateContainerAsync(
                new ContainerPlan { Name = stranger, Image = BadInputFixture.Image, Labels = ImmutableSortedDictionary<string, string>.Empty, Mounts = [new ContainerMount(MountKind.Volume, volume, "/data", ReadOnly: false)] },
                CancellationToken.None);

            var shipped = await application.ShipAndFailAsync(ExitCode.DeploymentFailed, "TP5010", "compose.yaml:7:12");
            shipped.Error.ShouldContain(stranger);
        }
        finally
        {
            await engine.RemoveContainerAsync(stranger, CancellationToken.None);
            await engine.RemoveVolumeAsync(volume, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Ship_SecretNotGiven_SaysHowToGiveIt()
    {
        var application = await MakeAsync("e2e-secret", "    secrets: [token]", rest: "secrets:\n  token: { environment: TOKEN }");

        var shipped = await application.ShipAndFailAsync(ExitCode.DeploymentFailed, "TP5011", "compose.yaml:8:3");
        shipped.Error.ShouldContain("towpath secret set production token");

        const string value = "not-to-be-seen";
        var told = (await application.Towpath.TellAsync(application.Source.Folder, value, "secret", "set", "production", "token")).ShouldEndWith(ExitCode.Success);
        var again = (await application.RunAsync("ship")).ShouldEndWith(ExitCode.Success);
        (told.ToString() + again).ShouldNotContain(value);
    }

    [Fact]
    public async Task Promote_UnknownNames_AreNotFound()
    {
        var application = await MakeAsync("e2e-names", environment: "    gates:\n      - confirmation: { roles: [dev] }");
        (await application.RunAsync("ship")).ShouldEndWith(ExitCode.Success);

        (await application.RunAsync("promote", "prod")).ShouldEndWith(ExitCode.NotFound).ShouldReport("TP4002");
        (await application.RunAsync("promote", "production", "r-0000")).ShouldEndWith(ExitCode.NotFound).ShouldReport("TP4003");
        (await application.RunAsync("confirm", "production", "--role", "king")).ShouldEndWith(ExitCode.GateClosed).ShouldReport("TP4007", "towpath.yaml:3:3");
        (await application.RunAsync("rollback", "production")).ShouldEndWith(ExitCode.NotFound).ShouldReport("TP4005");
        (await application.RunAsync("status", "--app", "nothing")).ShouldEndWith(ExitCode.NotFound).ShouldReport("TP4001");
        (await application.RunAsync("confirm", "production")).ShouldEndWith(ExitCode.Usage).ShouldReport("TP7100");
        var json = (await application.RunAsync("promote", "prod", "--output", "json")).ShouldEndWith(ExitCode.NotFound);
        json.JsonCodes.ShouldBe(["TP4002"]);
        json.Json.GetProperty("exitCode").GetInt32().ShouldBe((int)ExitCode.NotFound);
    }

    private async Task<SmallApplication> MakeAsync(string name, string service = "", string environment = "", string rest = "")
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        return await fixture.MakeAsync(name, service, environment, rest);
    }
}
