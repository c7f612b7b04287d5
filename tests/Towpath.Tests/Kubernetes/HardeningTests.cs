using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes;

public sealed class HardeningTests
{
    [Fact]
    public void Compile_Shop_HasNoFinding()
    {
        var shop = FakeSourceFiles.FromFolder(RepositoryRoot.Combine("examples", "shop"));

        HardeningChecks.Findings([.. Compiled.Of(shop).Objects]).ShouldBeEmpty();
    }

    [Fact]
    public void Compile_PlainService_IsHardenedWithoutAWord()
    {
        var compiled = Compiled.Of("services: { web: { image: 'example/web:1', ports: ['8080:8080'] } }");

        HardeningChecks.Findings([.. compiled.Objects]).ShouldBeEmpty();
        compiled.At("Namespace/app-production", "metadata.labels.\"pod-security.kubernetes.io/enforce\"").ShouldBe("restricted");
    }

    [Theory]
    [InlineData("user: root", "run-as-non-root", "baseline", "TP6403")]
    [InlineData("cap_add: [NET_RAW]", "added-capabilities", "privileged", "TP6414")]
    [InlineData("cap_add: [CHOWN]", "added-capabilities", "baseline", "TP6414")]
    [InlineData("volumes: ['/srv/data:/data']", "host-path", "privileged", "TP6407")]
    public void Compile_FileAsksForTheOpposite_IsDoneAndTold(string line, string finding, string level, string code)
    {
        var compiled = Compiled.Of($"services:\n  web:\n    image: example/web:1\n    {line}\n");

        HardeningChecks.Findings([.. compiled.Objects]).ShouldContain($"{finding}: Deployment/web");
        compiled.At("Namespace/app-production", "metadata.labels.\"pod-security.kubernetes.io/enforce\"").ShouldBe(level);
        compiled.Result.Diagnostics.ShouldContain(d => d.Code == code && d.Location!.File == "compose.yaml");
    }

    [Fact]
    public void Compile_LowPort_IsOpenToWhoIsNotRoot()
    {
        var compiled = Compiled.Of("services: { web: { image: 'nginx:1.27', ports: ['80'] } }");

        compiled.At("Deployment/web", "spec.template.spec.securityContext.runAsUser").ShouldBe("101");
        compiled.At("Deployment/web", "spec.template.spec.securityContext.sysctls[0].name").ShouldBe("net.ipv4.ip_unprivileged_port_start");
        compiled.At("Deployment/web", "spec.template.spec.securityContext.sysctls[0].value").ShouldBe("\"80\"");
        HardeningChecks.Findings([.. compiled.Objects]).ShouldBeEmpty();
    }
}
