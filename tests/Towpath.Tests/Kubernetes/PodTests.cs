using System.Globalization;

namespace Towpath.Tests.Kubernetes;

public sealed class PodTests
{
    private const string Container = "spec.template.spec.containers[0]";

    [Fact]
    public void Probes_HealthEndpoint_LivenessAsksLessThanReadiness()
    {
        var compiled = Compiled.Of("services: { web: { image: 'example/web:1', ports: ['8080'], x-towpath: { health: /ready } } }");

        compiled.At("Deployment/web", $"{Container}.readinessProbe.httpGet").ShouldBe("path: /ready port: http");
        compiled.At("Deployment/web", $"{Container}.livenessProbe.tcpSocket").ShouldBe("port: 8080", "what it needs may be away without a restart of it");
        compiled.At("Deployment/web", $"{Container}.startupProbe.failureThreshold").ShouldBe("60");
    }

    [Fact]
    public void Probes_LivePathOfItsOwn_IsAsked()
    {
        var compiled = Compiled.Of("services: { web: { image: 'example/web:1', ports: ['8080'], x-towpath: { health: { ready: /ready, live: /live } } } }");

        compiled.At("Deployment/web", $"{Container}.livenessProbe.httpGet.path").ShouldBe("/live");
    }

    [Fact]
    public void Probes_ShellCheck_RunsByAShellWithItsTimes()
    {
        var compiled = Compiled.Of(
            "services: { db: { image: 'example/db:1', healthcheck: { test: [CMD-SHELL, 'pg_isready || exit 1'], interval: 7s, timeout: 3s, retries: 4, start_period: 30s } } }");

        compiled.At("Deployment/db", $"{Container}.readinessProbe").ShouldBe(
            "exec: command: - /bin/sh - \"-c\" - pg_isready || exit 1 periodSeconds: 7 timeoutSeconds: 3 failureThreshold: 4");
        compiled.At("Deployment/db", $"{Container}.livenessProbe.failureThreshold").ShouldBe("12", "a slow database is taken out long before it is restarted");
        var patience = int.Parse(compiled.At("Deployment/db", $"{Container}.startupProbe.failureThreshold")!, CultureInfo.InvariantCulture) * 5;
        patience.ShouldBeGreaterThanOrEqualTo(30 + (4 * 7));
    }

    [Fact]
    public void Command_DollarAndBracket_StaysWhatItIs()
    {
        var compiled = Compiled.Of("services: { web: { image: 'example/web:1', entrypoint: [sh, -c], command: ['echo $$(date) $${HOME}'] } }");

        compiled.At("Deployment/web", $"{Container}.command").ShouldBe("- sh - \"-c\"");
        compiled.At("Deployment/web", $"{Container}.args").ShouldBe("- echo $$(date) ${HOME}");
    }

    [Fact]
    public void Command_ClearedEntrypoint_RunsTheCommandItself()
    {
        var compiled = Compiled.Of("services: { web: { image: 'example/web:1', entrypoint: [], command: [serve, --fast] } }");

        compiled.At("Deployment/web", $"{Container}.command").ShouldBe("- serve - \"--fast\"");
        compiled.At("Deployment/web", $"{Container}.args").ShouldBeNull();
    }

    [Fact]
    public void Variables_Changed_ChangeTheNameOfTheirObject()
    {
        static string Web(string level) => $"services: {{ web: {{ image: 'example/web:1', environment: {{ LEVEL: {level}, PATTERN: '$$(x)' }} }} }}";
        var one = Compiled.Of(Web("info"));
        var other = Compiled.Of(Web("debug"));
        var name = one.Objects.Single(o => o.Kind == "ConfigMap").Name;

        name.ShouldStartWith("web-env-");
        one.At("Deployment/web", $"{Container}.envFrom").ShouldBe($"- configMapRef: name: {name}");
        one.At($"ConfigMap/{name}", "data").ShouldBe("LEVEL: info PATTERN: $(x)");
        one.At($"ConfigMap/{name}", "immutable").ShouldBe("true");
        other.Objects.Single(o => o.Kind == "ConfigMap").Name.ShouldNotBe(name);
    }

    [Fact]
    public void Variables_Credential_GoesIntoASecretAndIsTold()
    {
        var compiled = Compiled.Of("services: { web: { image: 'example/web:1', environment: { DB_PASSWORD: hunter2hunter2, URL: 'postgres://u:sesame1234@db/x', LEVEL: info } } }");
        var secret = compiled.Objects.Single(o => o.Kind == "Secret");

        compiled.At(secret.Id, "stringData").ShouldBe("DB_PASSWORD: hunter2hunter2 URL: postgres://u:sesame1234@db/x");
        compiled.Result.Diagnostics.Count(d => d.Code == "TP6410").ShouldBe(2);
        compiled.At(compiled.Objects.Single(o => o.Kind == "ConfigMap").Id, "data").ShouldBe("LEVEL: info");
    }

    [Fact]
    public void Secrets_File_IsMountedAndItsValueIsNowhere()
    {
        var compiled = Compiled.Of(
            "services: { web: { image: 'example/web:1', secrets: [token] } }\nsecrets: { token: { file: ./token.txt } }", files: ("token.txt", "s3cr3t-canary"));

        compiled.At("Deployment/web", $"{Container}.volumeMounts[0]").ShouldBe("name: secret-token mountPath: /run/secrets/token subPath: value readOnly: true");
        compiled.Yaml.ShouldNotContain("s3cr3t-canary");
        compiled.Yaml.ShouldNotContain(Convert.ToBase64String("s3cr3t-canary"u8));
        compiled.Result.Diagnostics.ShouldContain(d => d.Code == "TP6416" && d.Help!.Contains("--from-file=value=token.txt", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_OfTheCommit_AreCarriedByAConfigMapNamedByContent()
    {
        const string Web = "services: { web: { image: 'example/web:1', volumes: ['./conf:/etc/app:ro', './one.conf:/etc/one.conf:ro'] } }";
        var compiled = Compiled.Of(Web, files: [("conf/a.conf", "a"), ("conf/sub/b.conf", "b"), ("one.conf", "1")]);
        var maps = compiled.Objects.Where(o => o.Kind == "ConfigMap").Select(o => o.Name).ToList();

        maps.Count.ShouldBe(2);
        compiled.At("Deployment/web", "spec.template.spec.volumes[0].configMap.items")!.ShouldContain("path: sub/b.conf");
        compiled.At("Deployment/web", $"{Container}.volumeMounts[0]").ShouldBe("name: files-0 mountPath: /etc/app readOnly: true");
        compiled.At("Deployment/web", $"{Container}.volumeMounts[1]").ShouldBe("name: files-1 mountPath: /etc/one.conf subPath: one.conf readOnly: true");
        Compiled.Of(Web, files: [("conf/a.conf", "other"), ("conf/sub/b.conf", "b"), ("one.conf", "1")]).Objects.Where(o => o.Kind == "ConfigMap").Select(o => o.Name).ShouldNotBe(maps);
    }

    [Fact]
    public void Files_TooLarge_AreRefusedWithTheirPlace()
    {
        var compiled = Compiled.Of("services: { web: { image: 'example/web:1', volumes: ['./big:/data:ro'] } }", files: ("big/x.bin", new string('x', 1_048_577)));

        compiled.Result.HasErrors.ShouldBeTrue();
        compiled.Result.Diagnostics.ShouldContain(d => d.Code == "TP6408" && d.Location!.Line == 1);
    }

    [Fact]
    public void Volumes_OneWriter_GetsAStatefulSetWithAClaim()
    {
        var compiled = Compiled.Of("services: { db: { image: 'postgres:16', volumes: ['data:/var/lib/postgresql/data'] } }\nvolumes: { data: {} }");

        compiled.At("StatefulSet/db", "spec.volumeClaimTemplates[0].spec").ShouldBe("accessModes: - ReadWriteOnce resources: requests: storage: 1Gi");
        compiled.At("StatefulSet/db", "spec.serviceName").ShouldBe("db-pods");
        compiled.At("Service/db-pods", "spec.clusterIP").ShouldBe("None");
        compiled.At("StatefulSet/db", "spec.template.spec.priorityClassName").ShouldBe("app-production-data");
        compiled.Codes.ShouldContain("TP6413");
    }

    [Fact]
    public void Volumes_SeveralWriters_ShareAClaim()
    {
        var compiled = Compiled.Of("services: { a: { image: 'example/a:1', volumes: ['data:/d'] }, b: { image: 'example/b:1', volumes: ['data:/d'] } }\nvolumes: { data: {} }");

        compiled.At("PersistentVolumeClaim/data", "spec.accessModes").ShouldBe("- ReadWriteMany");
        compiled.Result.Diagnostics.Count(d => d.Code == "TP6411").ShouldBe(1);
        compiled.Has("Deployment/a").ShouldBeTrue();
    }

    [Fact]
    public void Migration_OfAServiceWithAVolume_HasTheClaimOfItsFirstPod()
    {
        var compiled = Compiled.Of(
            "services: { api: { image: 'example/api:1', volumes: ['data:/data', { type: volume, source: data, target: /part, volume: { subpath: part } }], x-towpath: { migrate: [migrate, up] } } }\nvolumes: { data: {} }");

        var job = compiled.Objects.Single(o => o.Kind == "Job");
        compiled.At(job.Id, "spec.template.spec.volumes[0]").ShouldBe("name: data persistentVolumeClaim: claimName: data-api-0");
        compiled.At(job.Id, "spec.template.spec.affinity.podAffinity").ShouldNotBeNull();
        compiled.At("PersistentVolumeClaim/data-api-0", "spec").ShouldBe(compiled.At("StatefulSet/api", "spec.volumeClaimTemplates[0].spec"), "the StatefulSet takes it for its own");
        compiled.At("StatefulSet/api", "spec.volumeClaimTemplates[1]").ShouldBeNull("one for both mounts");
        compiled.At("StatefulSet/api", "spec.template.spec.affinity").ShouldBeNull();
    }

    [Fact]
    public void Migration_IsAJobThatPodsWaitFor()
    {
        var compiled = Compiled.Of("services: { api: { image: 'example/api:1', ports: ['8080'], x-towpath: { health: /healthz, migrate: [migrate, up] } } }");
        var job = compiled.Objects.Single(o => o.Kind == "Job");

        job.Name.ShouldStartWith("api-migrate-");
        compiled.At(job.Id, "spec.template.spec.containers[0].command").ShouldBe("- migrate - up");
        compiled.At(job.Id, "spec.backoffLimit").ShouldBe("0");
        compiled.At("Deployment/api", "spec.template.spec.initContainers[0].env[0].value")!.ShouldEndWith($"/jobs/{job.Name}");
        compiled.At("Role/api-waits", "rules[0].resourceNames").ShouldBe($"- {job.Name}", "the token opens that one object");
        compiled.Pod("Deployment/api")["automountServiceAccountToken"].ShouldNotBeNull();
    }

    [Fact]
    public void Dependencies_HealthyWithAPort_AreAskedThere()
    {
        var compiled = Compiled.Of(
            "services: { web: { image: 'example/web:1', depends_on: { db: { condition: service_healthy } } }, db: { image: 'postgres:16' }, log: { image: 'example/log:1', depends_on: [db] } }");

        compiled.At("Deployment/web", "spec.template.spec.initContainers[0].env")!.ShouldBe("- name: HOST value: db - name: PORT value: \"5432\" - name: SECONDS_AT_MOST value: \"300\"");
        compiled.Pod("Deployment/log")["initContainers"].ShouldBeNull("started is no state that a pod could wait for");
        compiled.Has("Role/web-waits").ShouldBeFalse();
    }

    [Fact]
    public void Everything_ThatAClusterIsAskedFor_IsThere()
    {
        var compiled = Compiled.Of("""
            services:
              web:
                image: example/web:1
                hostname: front
                domainname: shop
                dns: [1.1.1.1]
                dns_search: [example.org]
                dns_opt: ["ndots:2", rotate]
                extra_hosts: ["printer:10.1.2.3"]
                group_add: ["44"]
                sysctls: { net.ipv4.tcp_syncookies: "1" }
                security_opt: ["label=level:s0:c1,c2", "apparmor=shop"]
                shm_size: 64m
                tty: true
                stdin_open: true
                init: true
                runtime: gvisor
                pull_policy: always
                working_dir: /srv
                labels: { team: a }
                volumes: [{ type: volume, source: data, target: /d, volume: { subpath: web } }]
                post_start: [{ command: [warm, up] }]
                pre_stop: [{ command: [say, goodbye] }, { command: [wait] }]
                deploy:
                  replicas: 3
                  update_config: { parallelism: 2, order: stop-first }
                  resources: { reservations: { cpus: "0.5", memory: 128M }, limits: { cpus: "1", memory: 256M } }
                  placement: { constraints: ["node.labels.disk==ssd", "node.role!=manager"], preferences: [{ spread: node.labels.rack }], max_replicas_per_node: 1 }
              other: { image: 'example/other:1', volumes: ['data:/d'] }
            volumes: { data: {} }
            """);
        const string Pod = "spec.template.spec";

        compiled.Result.HasErrors.ShouldBeFalse(string.Join('\n', compiled.Result.Diagnostics));
        string At(string path) => compiled.At("Deployment/web", path) ?? throw new ShouldAssertException($"no {path}");
        At($"{Pod}.hostname").ShouldBe("front");
        At($"{Pod}.subdomain").ShouldBe("shop");
        At($"{Pod}.dnsConfig").ShouldBe("nameservers: - \"1.1.1.1\" searches: - example.org options: - name: ndots value: \"2\" - name: rotate");
        At($"{Pod}.hostAliases").ShouldBe("- ip: \"10.1.2.3\" hostnames: - printer");
        At($"{Pod}.securityContext.supplementalGroups").ShouldBe("- 44");
        At($"{Pod}.securityContext.sysctls[0].name").ShouldBe("net.ipv4.tcp_syncookies");
        At($"{Pod}.securityContext.seLinuxOptions").ShouldBe("level: s0:c1,c2");
        At($"{Pod}.shareProcessNamespace").ShouldBe("true");
        At($"{Pod}.runtimeClassName").ShouldBe("gvisor");
        At($"{Container}.imagePullPolicy").ShouldBe("Always");
        At($"{Container}.workingDir").ShouldBe("/srv");
        At($"{Container}.tty").ShouldBe("true");
        At($"{Container}.stdin").ShouldBe("true");
        At($"{Container}.volumeMounts[0]").ShouldBe("name: data mountPath: /d subPath: web");
        At($"{Container}.lifecycle.postStart.exec.command").ShouldBe("- warm - up");
        At($"{Container}.lifecycle.preStop.exec.command").ShouldEndWith("- hooks - \"2\" - say - goodbye - \"1\" - wait");
        At($"{Container}.resources.requests").ShouldBe("cpu: 500m memory: 128Mi");
        At("spec.strategy.rollingUpdate").ShouldBe("maxSurge: 0 maxUnavailable: 2");
        At($"{Pod}.affinity.nodeAffinity")!.ShouldContain("key: disk operator: In values: - ssd - key: node-role.kubernetes.io/control-plane operator: DoesNotExist");
        At($"{Pod}.affinity.podAntiAffinity")!.ShouldContain("kubernetes.io/hostname");
        At($"{Pod}.topologySpreadConstraints[0].topologyKey").ShouldBe("rack");
        At("spec.template.metadata.annotations.team").ShouldBe("a");
    }
}
