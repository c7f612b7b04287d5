using System.Diagnostics;
using System.Text.Json;
using Towpath.Cli.Host;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Host;

public sealed class ServiceUnitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestProgram _program = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "/var/lib/towpath")]
    [InlineData(true, "/var/lib/towpath")]
    [InlineData(false, "/srv/a \"b\" 100% $HOME \\n; 'c'")]
    public async Task Print_WhateverItsPaths_IsAUnitThatSystemdTakes(bool ofUser, string state)
    {
        var found = Towpath.Engines.Host.Programs.Find("systemd-analyze");
        Assert.SkipWhen(found is null, "systemd-analyze is not installed: apt-get install systemd");
        (await _program.RunAsync(["service", "print", "--state-dir", state, .. ofUser ? new[] { "--user" } : []])).ShouldBe(ExitCode.Success);
        var file = _folder["towpath.service"];
        await File.WriteAllTextAsync(file, _program.Out.ToString(), TestContext.Current.CancellationToken);

        var start = new ProcessStartInfo(found, [.. ofUser ? new[] { "--user" } : [], "verify", "--man=no", file]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["XDG_RUNTIME_DIR"] = _folder.Path;
        using var verify = Process.Start(start)!;
        var said = await verify.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await verify.WaitForExitAsync(TestContext.Current.CancellationToken);

        // Units of the machine's own may have faults: only what is said of ours counts.
        said.Split('\n').Where(line => line.Contains(file, StringComparison.Ordinal) || line.Contains("towpath.service", StringComparison.Ordinal)).ShouldBeEmpty();
        if (verify.ExitCode != 0) said.ShouldNotContain("towpath");
    }

    [Fact]
    public void Text_PathsWithWhatSystemdReplaces_StandForThemselves()
    {
        var text = new ServiceUnit(["/opt/tow path/towpath"], ["--state-dir", "/s/$A 50%"], [new("HOME", "/h o/$B%")], OfUser: false).Text();
        text.ShouldContain("ExecStart=\"/opt/tow path/towpath\" serve --state-dir \"/s/$$A 50%%\"\n");
        text.ShouldContain("Environment=\"HOME=/h o/$B%%\"\n");
    }

    [Fact]
    public void Text_OfTheMachine_LeavesContainersAloneAndWaitsForNothingThatWaitingDoesNotMend()
    {
        var lines = new ServiceUnit(["/towpath"], [], [], OfUser: false).Text().Split('\n');
        lines.ShouldContain("KillMode=process");
        lines.ShouldContain("Restart=on-failure");
        lines.ShouldContain("RestartPreventExitStatus=2 3");
        lines.ShouldContain("WantedBy=multi-user.target");
        lines.ShouldNotContain(line => line.StartsWith("Protect", StringComparison.Ordinal) || line.StartsWith("Private", StringComparison.Ordinal) || line.StartsWith("NoNewPrivileges", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Print_WithSettings_HandsThemToServe()
    {
        _program.Variables["TOWPATH_PORT"] = "7500";
        await _program.RunAsync("service", "print", "--engine", "podman", "--state-dir", "/s", "--config", "/etc/towpath.yaml", "--output", "json");
        var unit = JsonDocument.Parse(_program.Out.ToString()).RootElement.GetProperty("unit").GetString()!;
        unit.ShouldContain("ExecStart=/usr/bin/true serve --state-dir /s --engine podman --port 7500 --config /etc/towpath.yaml\n");
        unit.ShouldContain("Environment=HOME=/nowhere\nEnvironment=XDG_CONFIG_HOME=/nowhere/.config\n");
    }
}
