using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes.Conformance;

/// <summary>An application with every key of the Compose Specification that a cluster gets something of (docs/kubernetes.md), and most of what its environment can say.</summary>
internal static class EveryKey
{
    private const string Compose = """
        name: every
        services:
          web:
            image: registry.example.com/web:1
            command: [serve, --port, "8080"]
            entrypoint: [/bin/web]
            environment: { GREETING: hello, API_TOKEN: aB3dE5gH7jK9mN1pQ3sT, EMPTY: "" }
            ports: [{ target: 8080, published: "80", protocol: tcp, name: http, app_protocol: http }, "8081:8081/udp"]
            expose: ["9090"]
            volumes:
              - data:/data:ro
              - { type: volume, source: data, target: /part, volume: { nocopy: true, subpath: part } }
              - { type: tmpfs, target: /scratch, tmpfs: { size: 16m } }
              - ./conf:/etc/web:ro
              - ./one.txt:/etc/one.txt
              - /srv/share:/share
              - /without/name
            networks: { front: { aliases: [www] }, back: }
            depends_on:
              db: { condition: service_healthy }
              seed: { condition: service_completed_successfully }
              agent: { condition: service_started, required: false }
            healthcheck: { test: [CMD, check], interval: 7s, timeout: 3s, retries: 4, start_period: 30s, start_interval: 2s }
            deploy:
              replicas: 3
              labels: { tier: front }
              resources:
                limits: { cpus: "1.5", memory: 512M }
                reservations: { cpus: "0.25", memory: 128M, devices: [{ driver: amd, count: 1, capabilities: [gpu] }] }
              update_config: { parallelism: 2, order: start-first }
              placement: { constraints: [node.labels.disk == ssd, node.platform.os == linux, node.role != manager], preferences: [{ spread: node.labels.zone }], max_replicas_per_node: 1 }
            secrets: [token, { source: token, target: other, mode: 0440 }]
            configs: [settings, { source: inline, target: /etc/inline, mode: 0444 }]
            user: "1000:1000"
            working_dir: /srv
            hostname: front
            domainname: example
            stop_grace_period: 45s
            read_only: true
            init: true
            cap_add: [NET_BIND_SERVICE]
            cap_drop: [ALL]
            extra_hosts: ["other:10.1.2.3"]
            shm_size: 32m
            tmpfs: [/tmp:size=8m]
            labels: { "com.example.text": "any text: even this" }
            sysctls: { net.ipv4.ip_unprivileged_port_start: "0" }
            group_add: ["2000"]
            security_opt: [no-new-privileges:true, "seccomp=profile.json"]
            platform: linux/arm64
            stdin_open: true
            tty: true
            pull_policy: always
            links: ["db:database"]
            annotations: { "example.com/note": "1" }
            runtime: gvisor
            dns: [10.0.0.10]
            dns_opt: [ndots:2]
            dns_search: [example.com]
            post_start: [{ command: [warm] }]
            pre_stop: [{ command: [drain] }, { command: [cool] }]
            x-towpath:
              owner: team
              route: { path: /web, strip: true }
              port: 8080
              health: { ready: /ready, live: /live }
              migrate: migrate up
              scale: { min: 2, max: 5, cpu: 70%, memory: 80%, requests: 100/s }
              variables: { API_TOKEN: { meaning: who it is, secret: true } }
          db:
            image: postgres:16
            container_name: every-db
            volumes: [database:/var/lib/postgresql/data]
            networks: [back]
            environment: { POSTGRES_PASSWORD_FILE: /run/secrets/token }
            secrets: [token]
            healthcheck: { test: pg_isready }
            mem_limit: 256m
            mem_reservation: 128m
            cpus: 0.5
            x-towpath: { owner: team, backup: { command: [pg_dump, -f, /backup/all], every: 24h, keep: 3 } }
          seed: { image: "seed:1", restart: "on-failure", networks: [back], cpu_quota: 50000, cpu_period: 100000 }
          agent:
            image: agent:1
            deploy: { mode: global }
            network_mode: host
            pid: host
            ipc: host
            privileged: true
            userns_mode: host
            volumes: ["/var/log:/var/log:ro"]
          shares: { image: "shares:1", networks: [back], volumes: ["share:/srv", "there:/there"] }
          bare: { image: "bare:1", read_only: false, gpus: [{ driver: nvidia, count: 2 }], healthcheck: { disable: true } }
          batch: { image: "batch:1", deploy: { mode: replicated-job, replicas: 2 } }
          night: { image: "night:1", x-towpath: { owner: team, schedule: { cron: "0 4 * * mon-fri", zone: Europe/Brussels } } }
        networks: { front: {}, back: { internal: true } }
        volumes:
          data: {}
          database: { driver_opts: { size: 5g } }
          share: { driver_opts: { type: nfs, o: "addr=10.0.0.5,rw", device: ":/exports" } }
          there: { external: true, name: already-there }
        secrets: { token: { environment: TOKEN } }
        configs: { settings: { file: ./one.txt }, inline: { content: "a=b" } }
        """;

    private const string Ladder = """
        application: every
        environments:
          production:
            engine: kubernetes
            ready: 90s
            kubernetes:
              class: CLASS
              entry: ENTRY
              host: every.example.org
              tls: { secret: every-tls, issuer: internal }
              registry: registry.example.org/every
              pull-secret: registry
              storage: { class: standard, size: 2Gi, volumes: { data: { size: 100Gi, class: fast } } }
              quota: 150%
              entry-namespace: { name: ingress }
        """;

    private static readonly (string Class, string Entry)[] WaysIn = [("nginx", "ingress"), ("traefik", "ingress"), ("haproxy", "ingress"), ("any", "gateway"), ("any", "proxy"), ("any", "none")];

    /// <summary>What is compiled of it for each way in.</summary>
    public static IEnumerable<Compilation> Compile(KubernetesVersion version, ImmutableHashSet<string>? served = null) => WaysIn.Select(way => Compile(version, served ?? [], way.Class, way.Entry));

    private static Compilation Compile(KubernetesVersion version, ImmutableHashSet<string> served, string entryClass, string entry)
    {
        var ladder = Ladder.Replace("CLASS", entryClass, StringComparison.Ordinal).Replace("ENTRY", entry, StringComparison.Ordinal);
        var files = new FakeSourceFiles(("compose.yaml", Compose), ("towpath.yaml", ladder), ("conf/a.conf", "a"), ("conf/b.conf", "b"), ("one.txt", "1"));
        var (application, diagnostics) = ApplicationReader.Read(files, []);
        application.ShouldNotBeNull(string.Join('\n', diagnostics.Select(d => $"{d.Code} {d.Headline} {d.Location}")));
        var compiled = KubernetesCompiler.Compile(SourceImages.Request(application, application.Ladder.Environments[0], files, "1", version) with { Served = served });
        compiled.HasErrors.ShouldBeFalse(string.Join('\n', compiled.Diagnostics.Select(d => $"{d.Code} {d.Headline} {d.Location}")));
        return compiled;
    }
}
