using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications.Readers;

/// <summary>What Compose asks of a cluster, and what a cluster can't give.</summary>
public sealed class ClusterReaderTests
{
    [Fact]
    public void Read_ForContainersOnly_LeavesTheClusterOut()
    {
        var application = Application("web: { image: nginx }", EngineKind.Containers);

        application.Service("web")!.Cluster.ShouldBeNull();
        Application("web: { image: nginx }", EngineKind.Kubernetes).Service("web")!.Cluster.ShouldNotBeNull().Networks.ShouldBe([new NetworkMembership("default", false)]);
    }

    [Fact]
    public void Read_Placement_GivesConstraintsOfNodes()
    {
        var cluster = Cluster(
            """
            deploy:
              mode: global
              update_config: { parallelism: 0, order: stop-first }
              placement:
                constraints: [node.labels.zone==east, "node.hostname != n1", node.platform.arch == x86_64, node.role == worker]
                preferences: [{ spread: node.labels.example.org/rack }]
                max_replicas_per_node: 2
            platform: linux/arm64/v8
            """);

        cluster.Mode.ShouldBe(ClusterMode.Global);
        cluster.Constraints.Select(c => (c.Label, c.IsEqual, c.Value)).ShouldBe(
        [
            ("zone", true, "east"),
            ("kubernetes.io/hostname", false, "n1"),
            ("kubernetes.io/arch", true, "amd64"),
            (PlacementConstraint.ControlPlane, false, ""),
            ("kubernetes.io/os", true, "linux"),
            ("kubernetes.io/arch", true, "arm64"),
        ]);
        cluster.SpreadOver.ShouldBe(["example.org/rack"]);
        cluster.MostPerNode.ShouldBe(2);
        cluster.UpdateParallelism.ShouldBe(0);
        cluster.UpdateStopsFirst.ShouldBe(true);
    }

    [Fact]
    public void Read_Reservations_GivesAmountsAndDevices()
    {
        var cluster = Cluster(
            """
            gpus: [{ driver: amd.com/gpu, count: 1 }]
            mem_reservation: 32m
            deploy: { resources: { reservations: { cpus: "0.25", memory: 32m, devices: [{ capabilities: [gpu], count: 2 }] } } }
            """);

        cluster.ReservedCpus.ShouldBe(0.25);
        cluster.ReservedMemory.ShouldBe(32L << 20);
        cluster.Devices.ShouldBe([new("amd.com/gpu", 1), new("nvidia.com/gpu", 2)]);
    }

    [Fact]
    public void Read_Isolation_GivesWhatAPodCanHave()
    {
        var cluster = Cluster(
            """
            user: "1000:0"
            group_add: [44, root]
            privileged: true
            network_mode: host
            pid: host
            ipc: host
            read_only: false
            restart: unless-stopped
            security_opt: [no-new-privileges:true, apparmor=unconfined, seccomp=profiles/web.json, label=level:s0:c1, label:type:spc_t]
            """);

        cluster.IsPrivileged.ShouldBeTrue();
        (cluster.HostNetwork, cluster.HostProcesses, cluster.HostMemory).ShouldBe((true, true, true));
        cluster.Networks.ShouldBeEmpty();
        (cluster.WritableRoot, cluster.NamesRestart).ShouldBe((true, true));
        (cluster.AppArmor, cluster.Seccomp).ShouldBe(("unconfined", "profiles/web.json"));
        cluster.SeLinux.ShouldBe([new("level", "s0:c1"), new("type", "spc_t")]);
    }

    [Fact]
    public void Read_NamesAndHooks_GivesThem()
    {
        var cluster = Cluster(
            """
            dns: 10.0.0.2
            dns_search: [example.org]
            dns_opt: ["ndots:2"]
            domainname: shop
            runtime: gvisor
            stdin_open: true
            tty: true
            pull_policy: always
            annotations: { example.org/team: web }
            post_start: [{ command: ["touch", "/a"] }, { command: echo b }]
            pre_stop: [{ command: nginx -s quit }]
            healthcheck: { test: [CMD, "true"], start_interval: 2s }
            deploy: { labels: { tier: front } }
            """);

        cluster.NameServers.ShouldBe(["10.0.0.2"]);
        cluster.SearchDomains.ShouldBe(["example.org"]);
        cluster.ResolverOptions.ShouldBe(["ndots:2"]);
        (cluster.Domain, cluster.Runtime, cluster.PullPolicy).ShouldBe(("shop", "gvisor", "Always"));
        (cluster.OpenInput, cluster.Terminal).ShouldBe((true, true));
        cluster.Annotations.ShouldBe([new("example.org/team", "web"), new("tier", "front")]);
        cluster.AfterStart.Select(words => string.Join(' ', words)).ShouldBe(["touch /a", "echo b"]);
        cluster.BeforeStop.ShouldHaveSingleItem().ShouldBe(["nginx", "-s", "quit"]);
        cluster.StartInterval.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Read_OtherNames_LeadToOneServiceEach()
    {
        const string Services =
            """
            web: { image: nginx, links: ["db:database", db], networks: [front, back], x-towpath: { route: /, port: 80 } }
              db: { image: postgres, container_name: shop-db, networks: { back: { aliases: [store, db] } } }
            networks: { front: , back: { internal: true } }
            """;
        var application = Application(Services, EngineKind.Kubernetes);

        application.Service("db")!.Cluster!.Aliases.ShouldBe(["shop-db", "store", "database"], ignoreOrder: true);
        application.Service("web")!.Cluster!.Networks.ShouldBe([new NetworkMembership("front", false), new NetworkMembership("back", true)]);
    }

    [Fact]
    public void Read_CpuQuota_IsALimit()
    {
        Application("web: { image: nginx, cpu_quota: 50000 }", EngineKind.Kubernetes).Service("web")!.Limits.Cpus.ShouldBe(0.5);
        Application("web: { image: nginx, cpu_quota: 50000, cpu_period: 25000 }", EngineKind.Kubernetes).Service("web")!.Limits.Cpus.ShouldBe(2);
        Application("web: { image: nginx, cpu_quota: -1 }", EngineKind.Kubernetes).Service("web")!.Limits.Cpus.ShouldBeNull();
    }

    [Fact]
    public void Read_Volumes_GivesClaimsSharesAndSizes()
    {
        const string Services =
            """
            web: { image: nginx, volumes: ["files:/a", "share:/b", { type: volume, source: large, target: /c, volume: { subpath: sub, nocopy: true } }, "usual:/d"] }
            volumes:
              files: { external: true, name: files-1 }
              share: { driver_opts: { type: nfs, o: "addr=10.0.0.9,rw,nfsvers=4", device: ":/export/b" } }
              large: { driver_opts: { size: 10g } }
              usual:
            """;
        var application = Application(Services, EngineKind.Kubernetes);
        var volumes = application.Volumes.ToDictionary(v => v.Name, v => v.Cluster);

        volumes["files"].ShouldBe(new ClusterVolume("files-1", null, null));
        volumes["share"]!.Nfs!.ShouldSatisfyAllConditions(n => n.Server.ShouldBe("10.0.0.9"), n => n.Path.ShouldBe("/export/b"), n => n.Options.ShouldBe(["rw", "nfsvers=4"]));
        volumes["large"].ShouldBe(new ClusterVolume(null, 10L << 30, null));
        volumes["usual"].ShouldBeNull();
        application.Service("web")!.Mounts.Single(m => m.Source == "large").SubPath.ShouldBe("sub");
    }

    [Theory]
    [InlineData("TP1031", "devices: [/dev/snd]")]
    [InlineData("TP1031", "network_mode: none")]
    [InlineData("TP1031", "pid: \"service:db\"")]
    [InlineData("TP1031", "group_add: [video]")]
    [InlineData("TP1031", "gpus: all")]
    [InlineData("TP1031", "deploy: { mode: global-job }")]
    [InlineData("TP1031", "deploy: { placement: { constraints: [engine.labels.a == b] } }")]
    [InlineData("TP1031", "deploy: { resources: { reservations: { generic_resources: [{ discrete_resource_spec: { kind: NVIDIA-GPU, value: 2 } }] } } }")]
    [InlineData("TP1031", "security_opt: [systempaths=unconfined]")]
    [InlineData("TP1031", "pre_start: [{ command: a }]")]
    [InlineData("TP1032", "ulimits: { nofile: 1024 }")]
    [InlineData("TP1032", "logging: { driver: json-file }")]
    [InlineData("TP1032", "pull_policy: daily")]
    [InlineData("TP1032", "restart: on-failure:3")]
    [InlineData("TP1032", "pre_stop: [{ command: a, user: root }]")]
    [InlineData("TP1032", "deploy: { update_config: { delay: 10s } }")]
    [InlineData("TP1032", "deploy: { endpoint_mode: dnsrr }")]
    [InlineData("TP1032", "annotations: { \"a[0]\": b }")]
    public void Read_WhatAClusterCannotGive_IsToldWithItsPlace(string code, string keys)
    {
        var told = Read($"web:\n    image: nginx\n    {keys}\n  db: {{ image: postgres }}", EngineKind.Kubernetes).Diagnostics.Where(d => d.Code == code).ToList();

        var one = told.ShouldHaveSingleItem(keys);
        one.Location.ShouldNotBeNull().Line.ShouldBe(4);
        if (code.StartsWith("TP10", StringComparison.Ordinal))
        {
            one.Headline.ShouldContain("on Kubernetes");
        }
    }

    [Theory]
    [InlineData("dns: 10.0.0.2", "TP1031", "on the engine `containers`")]
    [InlineData("ulimits: { nofile: 1024 }", "TP1032", "on Kubernetes")]
    [InlineData("devices: [/dev/snd]", "TP1031", "on either engine")]
    [InlineData("cpuset: 0-3", "TP1031", "on the engine `containers`")]
    [InlineData("logging: { driver: json-file }", "TP1032", "on either engine")]
    public void Read_ForBothEngines_TellsTheStricterAndWhose(string keys, string code, string whose)
    {
        var files = new FakeSourceFiles(
            ("compose.yaml", $"services:\n  web:\n    image: nginx\n    {keys}\n"),
            ("towpath.yaml", "application: shop\nenvironments: { development: , production: { engine: kubernetes } }"));

        ApplicationReader.Read(files, []).Diagnostics.Single(d => d.Code == code).Headline.ShouldEndWith(whose);
    }

    private static ClusterSettings Cluster(string keys) =>
        Application("web:\n    image: nginx\n    x-towpath: { route: /, port: 80 }\n" + string.Join('\n', keys.Split('\n').Select(line => "    " + line)), EngineKind.Kubernetes).Service("web")!.Cluster.ShouldNotBeNull();

    private static Application Application(string services, EngineKind engine)
    {
        var reading = Read(services, engine);
        reading.Diagnostics.Where(d => d.Severity != Severity.Note).Select(DiagnosticWriter.WriteLine).ShouldBeEmpty();
        return reading.Application.ShouldNotBeNull();
    }

    private static ApplicationReading Read(string services, EngineKind engine) =>
        ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", "services:\n  " + services), ("towpath.yaml", "application: shop\nenvironments: { production: }")), [], engine);
}
