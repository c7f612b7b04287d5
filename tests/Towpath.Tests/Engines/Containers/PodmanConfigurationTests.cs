using Towpath.Engines.Containers;
using Towpath.Engines.Host;

namespace Towpath.Tests.Engines.Containers;

public sealed class PodmanConfigurationTests
{
    private static readonly HostLimits Ordinary = new(1 << 20, 127_000, CanRaiseLimits: true, HasUnifiedCgroups: true, HasSystemd: true);

    [Fact]
    public void Containers_OrdinaryHost_ChangesOnlyTheMonitorsDelay() =>
        PodmanConfiguration.Containers(Ordinary, hasRunc: true).ShouldBe("[engine]\nexit_command_delay = 1\n");

    [Fact]
    public void Containers_RestrictedHost_NamesRuncCgroupFilesAndItsLimits()
    {
        var host = new HostLimits(20_000, 96_365, CanRaiseLimits: false, HasUnifiedCgroups: false, HasSystemd: false);

        var text = PodmanConfiguration.Containers(host, hasRunc: true);

        text.ShouldContain("default_ulimits = [\"nofile=20000:20000\", \"nproc=32768:32768\"]");
        text.ShouldContain("runtime = \"runc\"");
        text.ShouldContain("cgroup_manager = \"cgroupfs\"");
    }

    [Fact]
    public void Containers_NoSystemd_UsesCgroupFilesWithTheUsualRuntime()
    {
        var text = PodmanConfiguration.Containers(Ordinary with { HasSystemd = false }, hasRunc: true);

        text.ShouldContain("cgroupfs");
        text.ShouldNotContain("runc");
        text.ShouldNotContain("ulimits");
    }

    [Fact]
    public void Hard_LinesOfProc_GivesTheSecondNumber()
    {
        string[] lines = ["Limit                     Soft Limit           Hard Limit           Units", "Max open files            1024                 20000                files", "Max processes             unlimited            unlimited            processes"];

        HostLimits.Hard(lines, "Max open files").ShouldBe(20_000);
        HostLimits.Hard(lines, "Max processes").ShouldBe(long.MaxValue);
        HostLimits.Hard(lines, "Max nothing").ShouldBe(long.MaxValue);
    }
}
