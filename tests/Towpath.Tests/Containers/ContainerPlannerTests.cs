using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Containers;

public sealed class ContainerPlannerTests
{
    private const string Gateway = "10.213.0.2";
    private static readonly EnvironmentDesired Desired = Sample.Desired("1");

    [Fact]
    public void Replica_HttpService_LeavesItsNameToTheGateway()
    {
        var plan = Replica("api", 1);

        plan.Name.ShouldBe($"shop-production-api-{Desired.Service("api")!.Revision}-1");
        plan.Image.ShouldBe("sha256:api-1");
        plan.Network.ShouldBe("shop-production");
        plan.Address.ShouldBe("10.213.0.17");
        plan.Aliases.ShouldBeEmpty();
        plan.Ports.ShouldBeEmpty("only the gateway is published");
        plan.ExtraHosts.ShouldBe([$"api:{Gateway}"]);
    }

    [Fact]
    public void Replica_OtherService_AnswersToItsOwnName()
    {
        Replica("db").Aliases.ShouldBe(["db"]);
        Replica("db").ExtraHosts.ShouldBeEmpty("a stateful service does not call others");
        Replica("db").Mounts.ShouldBe([new ContainerMount(MountKind.Volume, "shop-production-data", "/data", false)]);
        Replica("worker").ExtraHosts.ShouldBe([$"api:{Gateway}"]);
    }

    [Fact]
    public void Replica_Labels_TellAllThatObservationNeeds()
    {
        var spoof = Sample.Api() with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "a").Add(ContainerLabels.Application, "other") };
        var desired = Sample.Desired("1", spoof, Sample.Db);
        var labels = ContainerPlanner.Replica(desired, desired.Service("api")!, 1, "10.213.0.17", Gateway, new Paths()).Labels;

        labels[ContainerLabels.Application].ShouldBe("shop", "a label of the user's does not make it another application's");
        labels[ContainerLabels.Environment].ShouldBe("production");
        labels[ContainerLabels.Service].ShouldBe("api");
        labels[ContainerLabels.Revision].ShouldBe(desired.Service("api")!.Revision);
        labels[ContainerLabels.Release].ShouldBe("r-1");
        labels[ContainerLabels.Role].ShouldBe(ContainerLabels.RoleReplica);
        labels[ContainerLabels.Ordinal].ShouldBe("1");
        labels[ContainerLabels.Address].ShouldBe("10.213.0.17");
        labels["team"].ShouldBe("a");
    }

    [Fact]
    public void Replica_EverythingSet_IsPassedOn()
    {
        var full = Models.Full();
        var spec = full.Services[0] with
        {
            DependsOn = [],
            Mounts =
            [
                new Mount(MountKind.Bind, "conf/app.conf", "/etc/app.conf", true, null, Models.At()),
                new Mount(MountKind.Bind, "/var/run/thing", "/thing", false, null, Models.At()),
                new Mount(MountKind.Tmpfs, null, "/tmp", false, 4096, Models.At()),
                new Mount(MountKind.Volume, null, "/cache", false, null, Models.At()),
            ],
        };
        var release = Sample.Release("1", spec) with { Application = full with { Services = [spec] } };
        var desired = EnvironmentPlanner.Plan(release, Sample.Production, new Dictionary<string, string> { ["password"] = "3" });

        var plan = ContainerPlanner.Replica(desired, desired.Service("api")!, 0, "10.213.0.17", Gateway, new Paths());

        plan.Mounts.ShouldBe(
        [
            new ContainerMount(MountKind.Bind, "/files/r-1/conf/app.conf", "/etc/app.conf", true),
            new ContainerMount(MountKind.Bind, "/var/run/thing", "/thing", false),
            new ContainerMount(MountKind.Tmpfs, null, "/tmp", false, 4096),
            new ContainerMount(MountKind.Volume, null, "/cache", false),
            new ContainerMount(MountKind.Bind, "/secrets/password", "/run/secrets/password", true),
            new ContainerMount(MountKind.Bind, "/configs/settings", "/etc/settings", true),
        ]);
        plan.Command!.Value.ShouldBe(["one", "two"]);
        plan.Entrypoint!.Value.ShouldBeEmpty();
        (plan.User, plan.WorkingDirectory, plan.Hostname, plan.StopSignal).ShouldBe(("1000", "/app", "api", "SIGINT"));
        plan.StopGracePeriod.ShouldBe(TimeSpan.FromSeconds(33));
        plan.Restart.ShouldBe(RestartPolicy.UnlessStopped);
        (plan.ReadOnly, plan.Init, plan.ShmSize).ShouldBe((true, true, 65536));
        plan.Kernel.ShouldBe(spec.Kernel);
        (plan.CapAdd.Single(), plan.CapDrop.Single()).ShouldBe(("NET_ADMIN", "ALL"));
        plan.ExtraHosts.ShouldContain("a:10.0.0.1");
        plan.Limits.ShouldBe(spec.Limits);
        plan.Environment.ShouldBe(spec.Environment);
    }

    [Fact]
    public void Replica_Job_IsNotStartedAgainByTheEngine()
    {
        var job = Sample.Worker with { Restart = RestartPolicy.Always };
        var api = Sample.Api() with { DependsOn = [new Dependency("worker", DependencyCondition.Completed, true, Models.At())] };
        var desired = Sample.Desired("1", api, job);

        ContainerPlanner.Replica(desired, desired.Service("worker")!, 0, "10.213.0.17", Gateway, new Paths()).Restart.ShouldBe(RestartPolicy.No);
    }

    [Fact]
    public void Migration_OfAService_IsItsImageWithAnotherCommandAndNoNameOfItsOwn()
    {
        var plan = ContainerPlanner.Migration(Desired, Desired.Service("api")!, Gateway, new Paths());

        plan.Name.ShouldBe("shop-production-api-migrate-r-1");
        plan.Entrypoint!.Value.ShouldBe(["migrate"]);
        plan.Command!.Value.ShouldBeEmpty();
        plan.Aliases.ShouldBeEmpty();
        plan.Restart.ShouldBe(RestartPolicy.No);
        plan.Labels[ContainerLabels.Role].ShouldBe(ContainerLabels.RoleMigration);
        plan.Labels.ShouldNotContainKey(ContainerLabels.Ordinal);
    }

    private static ContainerPlan Replica(string service, int ordinal = 0) =>
        ContainerPlanner.Replica(Desired, Desired.Service(service)!, ordinal, "10.213.0.17", Gateway, new Paths());

    private sealed class Paths : IEnvironmentPaths
    {
        public string Secret(string name) => "/secrets/" + name;

        public string Config(Config config) => "/configs/" + config.Name;

        public string CommitFile(string release, string path) => $"/files/{release}/{path}";
    }
}
