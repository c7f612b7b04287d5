using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;

namespace Towpath.Cluster;

/// <summary>What the readers say of objects that really do not get ready.</summary>
public sealed class ReadinessTests(ClusterFixture cluster) : IAsyncLifetime
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private string _space = "";

    private KubernetesClient Client => cluster.Client;

    public async ValueTask InitializeAsync()
    {
        if (cluster.SkipReason.Length == 0) _space = await cluster.NewSpaceAsync(Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Deployment_ThatRuns_IsReady()
    {
        var spec = Objects.PodSpec(cluster.Image, "sleep", "9999");
        var verdict = await UntilAsync("good", spec, v => v.Readiness == Readiness.Ready);
        verdict.Why.ShouldBe("its replica is available");
    }

    [Fact]
    public async Task Deployment_ImageThatNobodyHas_IsFailed()
    {
        cluster.Need();
        var spec = Objects.PodSpec("127.0.0.1:9/shop/api:1", "run");
        var verdict = await UntilAsync("nopull", spec, v => v.Cause == StatusCause.ImagePull && v.Readiness == Readiness.Failed);
        verdict.Why.ShouldContain("the image 127.0.0.1:9/shop/api:1 can't be pulled");
        verdict.Why.ShouldContain("connection refused");
    }

    [Fact]
    public async Task Deployment_ProgramThatEnds_IsFailedWithCodeAndLines()
    {
        var spec = Objects.PodSpec(cluster.Image, "sh", "-c", "echo no database; exit 3");
        var verdict = await UntilAsync("crash", spec, v => v.Cause == StatusCause.CrashLoop);
        verdict.Readiness.ShouldBe(Readiness.Failed);
        verdict.Why.ShouldContain("exit code 3");
        verdict.Why.ShouldEndWith("it wrote last: no database");
    }

    [Fact]
    public async Task Deployment_MoreThanANodeHas_WaitsForCpu()
    {
        var spec = Objects.PodSpec(cluster.Image, "sleep", "9999");
        spec["containers"]![0]!["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "9000" } };
        var verdict = await UntilAsync("big", spec, v => v.Cause == StatusCause.Unschedulable);
        verdict.Readiness.ShouldBe(Readiness.InProgress);
        verdict.Why.ShouldContain("no node takes it (cpu)");
    }

    [Fact]
    public async Task Deployment_ProbeThatFails_SaysWhatItAnswered()
    {
        var spec = Objects.PodSpec(cluster.Image, "sleep", "9999");
        spec["containers"]![0]!["readinessProbe"] = new JsonObject { ["periodSeconds"] = 1, ["httpGet"] = new JsonObject { ["path"] = "/health", ["port"] = 8080 } };
        var verdict = await UntilAsync("probe", spec, v => v.Cause == StatusCause.ProbeFailing);
        verdict.Why.ShouldContain("Readiness probe failed");
        verdict.Why.ShouldContain("connection refused");
    }

    [Fact]
    public async Task Deployment_SecretThatIsNotThere_IsFailed()
    {
        var spec = Objects.PodSpec(cluster.Image, "sleep", "9999");
        spec["containers"]![0]!["env"] = new JsonArray(new JsonObject
        {
            ["name"] = "URL",
            ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = "shop-db", ["key"] = "url" } },
        });
        var verdict = await UntilAsync("config", spec, v => v.Cause == StatusCause.ConfigMissing);
        verdict.Why.ShouldContain("secret \"shop-db\" not found");
    }

    [Fact]
    public async Task Deployment_MemoryThatIsNotEnough_IsToldWithItsLimit()
    {
        var spec = Objects.PodSpec(cluster.Image, "tail", "/dev/zero");
        spec["containers"]![0]!["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = "24Mi" } };
        var verdict = await UntilAsync("oom", spec, v => v.Cause == StatusCause.OutOfMemory);
        verdict.Why.ShouldContain("24Mi");
    }

    [Fact]
    public async Task Deployment_OverTheQuota_NamesIt()
    {
        var quotas = await Client.KindAsync("v1", "ResourceQuota", Token);
        await Client.CreateAsync(quotas, _space, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ResourceQuota",
            ["metadata"] = new JsonObject { ["name"] = "team" },
            ["spec"] = new JsonObject { ["hard"] = new JsonObject { ["pods"] = "1" } },
        }, "test", Token);
        await using (var watched = Client.Keep(quotas, new ObjectFilter(_space)))
        {
            await watched.UntilAsync(seen => seen.Items.Values.Any(q => q.Text("status", "hard", "pods") == "1"), Token);
        }

        var verdict = await UntilAsync("quota", Objects.PodSpec(cluster.Image, "sleep", "9999"), v => v.Cause == StatusCause.QuotaExceeded, replicas: 2);
        verdict.Readiness.ShouldBe(Readiness.InProgress);
        verdict.Why.ShouldContain("exceeded quota: team");
    }

    // Looks at the deployment as the engine will: at each change of it, of its pods and of events.
    private async Task<ObjectVerdict> UntilAsync(string name, JsonObject spec, Func<ObjectVerdict, bool> isWanted, int replicas = 1)
    {
        cluster.Need();
        var kind = await Client.KindAsync("apps/v1", "Deployment", Token);
        var sets = await Client.KindAsync("apps/v1", "ReplicaSet", Token);
        await Client.ApplyAsync(kind, _space, Objects.Deployment(name, spec, replicas), new ApplyOptions("test"), Token);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        var verdict = new ObjectVerdict(Readiness.Unknown, "");
        try
        {
            while (!isWanted(verdict = await LookAsync(name, kind, sets, limit.Token))) await Task.Delay(200, limit.Token);
        }
        catch (OperationCanceledException fault)
        {
            throw new TimeoutException($"{name} stays {verdict}", fault);
        }

        return verdict;
    }

    private async Task<ObjectVerdict> LookAsync(string name, ApiKind kind, ApiKind sets, CancellationToken cancellationToken)
    {
        var item = (await Client.FindAsync(kind, _space, name, cancellationToken)).ShouldNotBeNull();
        var pods = (await Client.ListAsync(await Client.KindAsync("v1", "Pod", cancellationToken), new ObjectFilter(_space, Labels: $"app={name}"), cancellationToken)).Items;
        var events = new List<JsonObject>();
        foreach (var pod in pods) events.AddRange(await Client.EventsAsync(pod, cancellationToken));
        var lines = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        foreach (var pod in pods.Where(p => p.Items("status", "containerStatuses").Any(c => c.Text("state", "waiting", "reason") == "CrashLoopBackOff")))
        {
            lines[$"{pod.Name()}/app"] = [.. await Client.LogsAsync(_space, pod.Name(), new LogOptions { Previous = true, Tail = 3 }, cancellationToken).ToListAsync(cancellationToken)];
        }

        return ObjectStatus.Read(new ObservedObject(item)
        {
            Pods = [.. pods],
            ReplicaSets = [.. (await Client.ListAsync(sets, new ObjectFilter(_space), cancellationToken)).Items],
            Events = [.. events],
            LastLines = lines.ToImmutable(),
        });
    }
}
