using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Differences;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.Engines.Kubernetes;

namespace Towpath.Cluster.Environments;

/// <summary>What <c>towpath diff</c> shows before it is done, and what is told of changes behind Towpath's back.</summary>
public sealed class DifferenceTests(ClusterFixture cluster)
{
    // Fields that the server fills in or writes in another way: quantities, probes, ports, security.
    private static string Pages(string text, string image, int replicas = 2, string cpus = "0.20") => $$"""
        services:
          web:
            image: {{image}}
            command: [httpd, -f, -p, "8080", -h, /www]
            init: true
            configs: [{ source: page, target: /www/index.html }]
            secrets: [token]
            ports: ["8080"]
            deploy: { replicas: {{replicas}}, resources: { limits: { cpus: "{{cpus}}", memory: 32M }, reservations: { cpus: "0.05", memory: 16M } } }
            x-towpath: { health: /index.html, route: /, migrate: [sh, -c, "true"] }
        configs: { page: { content: "{{text}}" } }
        secrets: { token: { x-towpath: { generate: 32 } } }
        """;

    [Fact]
    public async Task Compare_BeforeAndAfterADeployment_SaysWhatItDoesAndThenNothing()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        var first = scene.Release("r-1", Pages("one", cluster.Image));

        var made = await scene.Environment.CompareAsync(first, token);
        made.ShouldAllBe(c => c.Kind == ObjectChangeKind.Added);
        made.Select(c => c.Subject).ShouldContain("Deployment/web");
        (await cluster.Client.FindAsync(await cluster.Client.KindAsync("v1", "Namespace", token), null, scene.Space, token)).ShouldBeNull("nothing was done");

        (await scene.DeployAsync(first, token)).Phase.ShouldBe(DeploymentPhase.Succeeded);
        (await scene.Environment.CompareAsync(first, token)).Select(Words).ShouldBeEmpty();

        var second = await scene.Environment.CompareAsync(scene.Release("r-2", Pages("two", cluster.Image, replicas: 3, cpus: "0.3")), token);
        var web = second.Single(c => c.Subject == "Deployment/web");
        web.Kind.ShouldBe(ObjectChangeKind.Changed);
        var fields = web.Fields.ToDictionary(f => f.Change.Path.ToString(), f => (FieldWords.Value(f.Change.Live), FieldWords.Value(f.Change.Wanted)));
        fields["spec.replicas"].ShouldBe(("2", "3"));
        fields["spec.template.spec.containers[web].resources.limits.cpu"].ShouldBe(("200m", "300m"));
        second.Where(c => c.Subject.StartsWith("ConfigMap/", StringComparison.Ordinal)).Select(c => c.Kind).Order().ShouldBe([ObjectChangeKind.Added, ObjectChangeKind.Removed]);
        second.Select(c => c.Subject.Split('/')[0]).ShouldNotContain("Secret");
        (await scene.ListAsync("apps/v1", "Deployment", token)).Single(d => d.Name() == "web").Number("spec", "replicas").ShouldBe(2, "nothing was done");
    }

    [Fact]
    public async Task Compare_AnObjectOfEveryKindJustApplied_IsNoDifference()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        var release = scene.ReleaseBy("ingress", "r-1", $$"""
            services:
              web:
                image: {{cluster.Image}}
                command: [httpd, -f, -p, "8080", -h, /tmp]
                ports: ["8080"]
                user: "1000:1000"
                read_only: true
                tmpfs: [/tmp:size=1m]
                stop_grace_period: 90s
                depends_on: { db: { condition: service_healthy } }
                deploy: { resources: { reservations: { cpus: "0.01", memory: 8M } } }
                x-towpath: { route: /, health: /, scale: { min: 1, max: 3, cpu: 70% } }
              db:
                image: {{cluster.Image}}
                command: [sleep, "1000000"]
                volumes: [data:/data]
                healthcheck: { test: [CMD, "true"], interval: 1m30s, retries: 2, start_period: 1m }
                x-towpath: { backup: { command: [echo, all], every: 6h, keep: 3 } }
              report:
                image: {{cluster.Image}}
                command: [echo, done]
                x-towpath: { schedule: { cron: "0 4 * * mon-fri" } }
            volumes: { data: {} }
            """);
        var plan = new DeploymentPlan("d-1", release, null, new RolloutPolicy(1, TimeSpan.FromSeconds(60)));
        await scene.Environment.ApplyAsync(new PrepareEnvironment(), plan, token);
        foreach (var service in release.Services) await scene.Environment.ApplyAsync(new StartReplica(Side.Target, service.Name, 0, service.Name), plan, token);
        await scene.Environment.ApplyAsync(new ConfigureGateway(Side.Target), plan, token);

        (await scene.Environment.CompareAsync(release, token)).Select(Words).ShouldBeEmpty();
    }

    [Fact]
    public async Task Compare_ASecretThatSomebodyReplaced_NeverShowsItsValues()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        var release = scene.Release("r-1", Pages("one", cluster.Image));
        (await scene.DeployAsync(release, token)).Phase.ShouldBe(DeploymentPhase.Succeeded);
        var secrets = await cluster.Client.KindAsync("v1", "Secret", token);
        var ours = (await scene.ListAsync("v1", "Secret", token)).Single(s => s.Name().StartsWith("token-", StringComparison.Ordinal));
        await cluster.Client.DeleteAsync(secrets, scene.Space, ours.Name(), new DeleteOptions(), token);
        var intruded = Convert.ToBase64String("hunter2"u8);
        var other = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = ours.Name(), ["labels"] = ours["metadata"]!["labels"]!.DeepClone() },
            ["data"] = new JsonObject { ["value"] = intruded },
        };
        await cluster.Client.CreateAsync(secrets, scene.Space, other, "kubectl-create", token);

        var change = (await scene.Environment.CompareAsync(release, token)).Single();
        change.Subject.ShouldBe($"Secret/{ours.Name()}");
        var value = change.Fields.Single(f => f.Change.Path.ToString() == "data.value");
        (value.IsSecret, value.Change.Live, value.Change.Wanted).ShouldBe((true, null, null));
        value.Managers.ShouldBe(["kubectl-create"]);

        scene.Restart();
        var told = (await scene.Environment.ObserveAsync(AtRest(scene), token)).Changes.Select(c => c.Text).ToList();
        told.ShouldContain($"Secret/{ours.Name()} data.value is not as wanted (changed by kubectl-create)");
        told.ShouldAllBe(t => !t.Contains(intruded, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Observe_WhatOthersChanged_IsNamedWithWhoDidItAndMended()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        (await scene.DeployAsync(scene.Release("r-1", Pages("one", cluster.Image)), token)).Phase.ShouldBe(DeploymentPhase.Succeeded);
        (await scene.Environment.ObserveAsync(AtRest(scene), token)).Changes.Select(c => c.Text).ShouldBeEmpty("nobody changed anything");

        await EditAsync("apps/v1", "Deployment", """{ "spec": { "replicas": 3 } }""");
        await EditAsync("v1", "Service", """{ "spec": { "selector": { "app.kubernetes.io/name": "other" } } }""");
        var policies = await cluster.Client.KindAsync("networking.k8s.io/v1", "NetworkPolicy", token);
        var policy = (await scene.ListAsync("networking.k8s.io/v1", "NetworkPolicy", token))[0].Name();
        await cluster.Client.DeleteAsync(policies, scene.Space, policy, new DeleteOptions(), token);
        scene.Restart();

        var seen = await scene.Environment.ObserveAsync(AtRest(scene), token);
        seen.Changes.Select(c => c.Text).Order().ShouldBe(new[]
        {
            "Deployment/web spec.replicas: 3, wanted 2 (changed by kubectl-edit)",
            $"NetworkPolicy/{policy} is gone",
            "Service/web spec.selector.\"app.kubernetes.io/name\": other, wanted web (changed by kubectl-edit)",
        }.Order());

        var told = UpkeepMachine.Decide(UpkeepState.Initial("r-1"), new Observed(seen), new UpkeepPlan(AtRest(scene), DriftPolicy.Report, null, null), DateTimeOffset.UtcNow);
        told.State.Pending.ShouldBeEmpty();
        told.Facts.Length.ShouldBe(3);
        var mended = UpkeepMachine.Decide(UpkeepState.Initial("r-1"), new Observed(seen), new UpkeepPlan(AtRest(scene), DriftPolicy.Mend, null, null), DateTimeOffset.UtcNow);
        foreach (var pending in mended.State.Pending) await scene.Environment.ApplyAsync(pending.Effect, AtRest(scene), token);

        (await scene.Environment.ObserveAsync(AtRest(scene), token)).Changes.Select(c => c.Text).ShouldBeEmpty("all is as it should be again");
        (await scene.ListAsync("apps/v1", "Deployment", token)).Single(d => d.Name() == "web").Number("spec", "replicas").ShouldBe(2);

        async Task EditAsync(string apiVersion, string kind, string patch) => await cluster.Client.MergeAsync(
            await cluster.Client.KindAsync(apiVersion, kind, token), scene.Space, "web", (JsonObject)JsonNode.Parse(patch)!, "kubectl-edit", token);
    }

    private static DeploymentPlan AtRest(ClusterScene scene) => new("d-1", scene.Current!, null, new RolloutPolicy(4, TimeSpan.FromSeconds(60)));

    private static string Words(ObjectChange change) =>
        $"{change.Kind} {change.Subject} {change.Why} {string.Join("; ", change.Fields.Select(f => $"{f.Change.Path}: {FieldWords.Value(f.Change.Live)} -> {FieldWords.Value(f.Change.Wanted)}"))}";
}
