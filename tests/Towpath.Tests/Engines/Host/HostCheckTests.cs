using Towpath.Engines.Host;

namespace Towpath.Tests.Engines.Host;

public sealed class HostCheckTests
{
    [Fact]
    public void Run_DockerInUse_DoesNotAskForPodman()
    {
        var names = HostCheck.Run("docker", "/var/lib", registryReachable: true).Select(f => f.Name).ToArray();

        names.ShouldNotContain("podman");
        names.ShouldNotContain("mmdebstrap");
        names.ShouldContain("git");
        names.ShouldContain("disk");
    }

    [Fact]
    public void Run_NoRegistry_AsksForMmdebstrap() =>
        HostCheck.Run("podman", "/no/such/folder", registryReachable: false).Select(f => f.Name).ShouldContain("mmdebstrap");

    [Fact]
    public void Run_AnythingMissing_HasTheCommandThatMendsIt() =>
        HostCheck.Run(engine: null, "/", registryReachable: false)
            .Where(f => f.Result == CheckResult.Missing)
            .ShouldAllBe(f => f.Command == $"apt-get install -y --no-install-recommends {f.Package}");
}
