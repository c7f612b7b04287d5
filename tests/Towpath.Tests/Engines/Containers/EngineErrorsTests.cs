using System.Net;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

public sealed class EngineErrorsTests
{
    [Theory]
    [InlineData(500, "write /x: no space left on device", EngineError.DiskFull)]
    [InlineData(500, "cannot listen on the TCP port: listen tcp4 127.0.0.1:80: bind: address already in use", EngineError.PortTaken)]
    [InlineData(500, "IPAM error: requested ip address 10.213.0.12 is already allocated to container ID 223a89996b62", EngineError.AddressTaken)]
    [InlineData(500, "driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated", EngineError.PortTaken)]
    [InlineData(403, "Pool overlaps with other one on this address space", EngineError.SubnetTaken)]
    [InlineData(500, "subnet 10.0.0.0/24 is already used on the host or by another config", EngineError.SubnetTaken)]
    [InlineData(500, "the container name \"a\" is already in use by 12: that name is already in use", EngineError.Conflict)]
    [InlineData(409, "whatever", EngineError.Conflict)]
    [InlineData(403, "Address already in use", EngineError.Conflict)]
    [InlineData(500, "no container with name or ID \"a\" found: no such container", EngineError.NotFound)]
    [InlineData(404, "whatever", EngineError.NotFound)]
    [InlineData(500, "whatever", EngineError.Other)]
    public void Classify_WordsOfAnEngine_TellsTheKind(int status, string message, EngineError expected) =>
        EngineErrors.Classify((HttpStatusCode)status, message).ShouldBe(expected);

    [Fact]
    public void FromBuild_FullDisk_IsNotTheBuildsFault()
    {
        EngineErrors.FromBuild("copying: no space left on device\n").Error.ShouldBe(EngineError.DiskFull);
        EngineErrors.FromBuild("exit status 3\n").Error.ShouldBe(EngineError.BuildFailed);
        EngineErrors.FromPull("no such host").Error.ShouldBe(EngineError.ImageUnavailable);
    }

    [Theory]
    [InlineData("trying to reuse blob: checking whether a blob exists in 127.0.0.1:5000/a/b: unauthorized: authentication required", EngineError.RegistryDenied)]
    [InlineData("denied: requested access to the resource is denied", EngineError.RegistryDenied)]
    [InlineData("denied: adding 5 MB would exceed the quota of 10 MB", EngineError.RegistryFull)]
    [InlineData("toomanyrequests: You have reached your pull rate limit", EngineError.RegistryFull)]
    [InlineData("name unknown: The repository with name 'shop' does not exist", EngineError.RegistryNameRefused)]
    [InlineData("Get \"https://127.0.0.1:5000/v2/\": http: server gave HTTP response to HTTPS client", EngineError.RegistryNotSecure)]
    [InlineData("Get \"https://r.example/v2/\": x509: certificate signed by unknown authority", EngineError.RegistryNotSecure)]
    [InlineData("dial tcp 127.0.0.1:5000: connect: connection refused", EngineError.RegistryAway)]
    [InlineData("Patch \"http://127.0.0.1:5000/v2/a\": EOF", EngineError.RegistryAway)]
    [InlineData("registry.example/quota: whatever", EngineError.RegistryRefused)]
    [InlineData("localhost/none:1: image not known", EngineError.NotFound)]
    [InlineData("write /var/tmp/x: no space left on device", EngineError.DiskFull)]
    [InlineData("write /var/tmp/x: disk quota exceeded", EngineError.DiskFull)]
    public void FromPush_WordsOfEnginesAndRegistries_TellTheKind(string message, EngineError expected) =>
        EngineErrors.FromPush(message, "registry.example/quota:1").Error.ShouldBe(expected);
}
