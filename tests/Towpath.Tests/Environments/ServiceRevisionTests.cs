using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class ServiceRevisionTests
{
    private static readonly ReleaseImage Image = new("sha256:1", "api:1");

    public static TheoryData<string> Changes { get; } = [.. Determining.Keys];

    public static TheoryData<string> Others { get; } = [.. Irrelevant.Keys];

    private static Dictionary<string, Func<Service, Service>> Determining => new()
    {
        ["command"] = s => s with { Command = ["one", "other"] },
        ["command split otherwise"] = s => s with { Command = ["one two"] },
        ["command of the image"] = s => s with { Command = null },
        ["empty command"] = s => s with { Command = ImmutableArray<string>.Empty },
        ["entrypoint"] = s => s with { Entrypoint = ["sh"] },
        ["entrypoint of the image"] = s => s with { Entrypoint = null },
        ["environment"] = s => s with { Environment = s.Environment.SetItem("A", "2") },
        ["environment added"] = s => s with { Environment = s.Environment.SetItem("C", "") },
        ["user"] = s => s with { User = "0" },
        ["working directory"] = s => s with { WorkingDirectory = "/" },
        ["hostname"] = s => s with { Hostname = null },
        ["stop signal"] = s => s with { StopSignal = "SIGTERM" },
        ["stop grace"] = s => s with { StopGracePeriod = TimeSpan.FromSeconds(34) },
        ["restart"] = s => s with { Restart = RestartPolicy.No },
        ["init"] = s => s with { Init = false },
        ["labels"] = s => s with { Labels = s.Labels.SetItem("A", "2") },
        ["mount's target"] = s => s with { Mounts = [s.Mounts[0] with { Target = "/other" }] },
        ["mount's content"] = s => s with { Mounts = [s.Mounts[0] with { Content = "sha256:2" }] },
        ["mount writable"] = s => s with { Mounts = [s.Mounts[0] with { ReadOnly = false }] },
        ["secret's target"] = s => s with { Secrets = [s.Secrets[0] with { Target = "/run/other" }] },
        ["secret's mode"] = s => s with { Secrets = [s.Secrets[0] with { Mode = null }] },
        ["config's target"] = s => s with { Configs = [s.Configs[0] with { Target = "/etc/other" }] },
        ["cpus"] = s => s with { Limits = s.Limits with { Cpus = 0.75 } },
        ["memory"] = s => s with { Limits = s.Limits with { MemoryBytes = null } },
        ["pids"] = s => s with { Limits = s.Limits with { Pids = 101 } },
        ["shm"] = s => s with { ShmSize = null },
        ["read only"] = s => s with { ReadOnly = false },
        ["capability added"] = s => s with { CapAdd = [] },
        ["capability dropped"] = s => s with { CapDrop = [] },
        ["extra host"] = s => s with { ExtraHosts = [] },
        ["ulimit"] = s => s with { Kernel = s.Kernel with { Ulimits = s.Kernel.Ulimits.SetItem("nofile", new Ulimit(1024, 4096)) } },
        ["kernel parameter"] = s => s with { Kernel = s.Kernel with { Sysctls = s.Kernel.Sysctls.SetItem("A", "2") } },
        ["group added"] = s => s with { Kernel = s.Kernel with { Groups = ["one"] } },
        ["new privileges"] = s => s with { Kernel = s.Kernel with { NoNewPrivileges = false } },
        ["kernel settings"] = s => s with { Kernel = KernelSettings.None },
    };

    private static Dictionary<string, Func<Service, Service>> Irrelevant => new()
    {
        ["replicas"] = s => s with { Replicas = 7 },
        ["place in the file"] = s => s with { Location = Models.At(99), Mounts = [s.Mounts[0] with { Location = Models.At(98) }] },
        ["owner"] = s => s with { Delivery = s.Delivery with { Owner = "other" } },
        ["health"] = s => s with { Delivery = s.Delivery with { Health = s.Delivery.Health! with { Ready = "/other" } } },
        ["route"] = s => s with { Delivery = s.Delivery with { Route = new Route("/other", false, Models.At()) } },
        ["api"] = s => s with { Delivery = s.Delivery with { Api = "other.yaml" } },
        ["trial"] = s => s with { Delivery = s.Delivery with { Trial = null } },
        ["test"] = s => s with { Delivery = s.Delivery with { Test = null } },
        ["dependencies"] = s => s with { DependsOn = [] },
        ["profiles"] = s => s with { Profiles = [] },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Of_SomethingThatDeterminesContainers_Changes(string what) =>
        Of(Determining[what](Service)).ShouldNotBe(Of(Service));

    [Theory]
    [MemberData(nameof(Others))]
    public void Of_SomethingElse_Stays(string what) => Of(Irrelevant[what](Service)).ShouldBe(Of(Service));

    [Fact]
    public void Of_ImageSecretConfigOrHosts_Changes()
    {
        var application = Models.Full();
        var versions = new Dictionary<string, string> { ["password"] = "1" };
        var revisions = new[]
        {
            ServiceRevision.Of(application, Service, Image, versions, "api"),
            ServiceRevision.Of(application, Service, Image with { Digest = "sha256:2" }, versions, "api"),
            ServiceRevision.Of(application, Service, Image, new Dictionary<string, string> { ["password"] = "2" }, "api"),
            ServiceRevision.Of(application with { Configs = [application.Configs[0] with { Content = "a = 2\n" }] }, Service, Image, versions, "api"),
            ServiceRevision.Of(application, Service, Image, versions, "api,web"),
        };

        revisions.Distinct().Count().ShouldBe(revisions.Length);
        revisions.ShouldAllBe(r => r.Length == 12);
        ServiceRevision.Of(application, Service, Image with { Reference = "api:2" }, versions, "api").ShouldBe(revisions[0]);
    }

    [Fact]
    public void Of_StatefulService_IsNotRecreatedForTheNameOfAnother()
    {
        var db = Sample.Db;
        var application = Models.Application(db);

        ServiceRevision.Of(application, db, Image, new Dictionary<string, string>(), "api,web")
            .ShouldBe(ServiceRevision.Of(application, db, Image, new Dictionary<string, string>(), "api"));
    }

    [Fact]
    public void Of_StatefulServiceThatMovesBehindTheGateway_ChangesSinceItsNameDoes()
    {
        var db = Sample.Db;
        var http = db with { Delivery = new Delivery { Route = new Route("/files", false, Models.At()) } };
        var application = Models.Application(db);

        ServiceRevision.Of(application, http, Image, new Dictionary<string, string>(), "")
            .ShouldNotBe(ServiceRevision.Of(application, db, Image, new Dictionary<string, string>(), ""));
    }

    private static Service Service => Models.Full().Services[0];

    private static string Of(Service service) =>
        ServiceRevision.Of(Models.Full(), service, Image, new Dictionary<string, string> { ["password"] = "1" }, "api");
}
