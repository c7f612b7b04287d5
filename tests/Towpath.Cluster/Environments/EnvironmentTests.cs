using System.Net;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;

namespace Towpath.Cluster.Environments;

public sealed class EnvironmentTests(ClusterFixture cluster, ITestOutputHelper output)
{
    private static string Pages(string text, string image, string command = "[httpd, -f, -p, '8080', -h, /www]", int replicas = 2) => $$"""
        services:
          web:
            image: {{image}}
            command: {{command}}
            init: true
            stop_grace_period: 3s
            configs: [{ source: page, target: /www/index.html }]
            secrets: [token]
            ports: ["8080"]
            deploy: { replicas: {{replicas}}, resources: { limits: { cpus: "0.2", memory: 32M } } }
            x-towpath: { health: /index.html, route: /, migrate: [sh, -c, "cat /run/secrets/token | wc -c"] }
        configs: { page: { content: "{{text}}" } }
        secrets: { token: { x-towpath: { generate: 32 } } }
        """;

    [Fact]
    public async Task Deploy_ReleasesUnderLoad_NoRequestFailsAndABrokenOneGoesBack()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);

        var first = await scene.DeployAsync(scene.Release("r-1", Pages("one", cluster.Image)), token);
        first.Phase.ShouldBe(DeploymentPhase.Succeeded, first.Failure?.ToString());
        var address = await scene.AddressAsync("web", 8080, token);
        using var http = new HttpClient();
        (await http.GetStringAsync(address, token)).Trim().ShouldBe("one");

        using var load = new PageLoad(address);
        for (var round = 2; round <= 6; round++)
        {
            // In half of them the control plane is killed while pods are replaced.
            var state = await scene.DeployAsync(
                scene.Release($"r-{round}", Pages($"round {round}", cluster.Image)), token, round % 2 == 0 ? s => s.Phase == DeploymentPhase.Rolling : null);
            state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
            (await http.GetStringAsync(address, token)).Trim().ShouldBe($"round {round}");
        }

        var broken = await scene.DeployAsync(scene.Release("r-7", Pages("broken", cluster.Image, "[sh, -c, 'echo no database; exit 3']")), token);
        broken.Phase.ShouldBe(DeploymentPhase.Failed, broken.Failure?.ToString());
        broken.Failure!.Headline.ShouldContain("web");
        output.WriteLine(broken.Failure.ToString());
        (await http.GetStringAsync(address, token)).Trim().ShouldBe("round 6");

        var (asked, failed, reasons) = await load.EndAsync();
        output.WriteLine($"{asked} requests, {failed} failed {string.Join("; ", reasons)}");
        asked.ShouldBeGreaterThan(100);
        failed.ShouldBe(0, string.Join("; ", reasons));

        var maps = (await scene.ListAsync("v1", "ConfigMap", token)).Select(m => m.Name()!).Where(n => n.StartsWith("web-", StringComparison.Ordinal));
        maps.Count().ShouldBe(1, "what no release wants any more is gone");
    }

    [Fact]
    public async Task Deploy_MoreReplicas_KeepsThePodsThatAreThere()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        (await scene.DeployAsync(scene.Release("r-1", Pages("one", cluster.Image, replicas: 1)), token)).Phase.ShouldBe(DeploymentPhase.Succeeded);
        var before = (await scene.ListAsync("v1", "Pod", token)).Where(p => p.Text("metadata", "labels", "app.kubernetes.io/name") == "web").Select(p => p.Name()).Single();

        (await scene.DeployAsync(scene.Release("r-2", Pages("one", cluster.Image, replicas: 2)), token)).Phase.ShouldBe(DeploymentPhase.Succeeded);

        var after = (await scene.ListAsync("v1", "Pod", token)).Where(p => p.Text("metadata", "labels", "app.kubernetes.io/name") == "web").Select(p => p.Name()).ToList();
        after.Count.ShouldBe(2);
        after.ShouldContain(before);
    }

    /// <summary>Asks again and again on connections of their own, as users do who come one by one.</summary>
    private sealed class PageLoad : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly List<string> _reasons = [];
        private readonly Task[] _users;
        private readonly string _address;
        private int _asked;
        private int _failed;

        public PageLoad(string address)
        {
            _address = address;
            _users = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(AskAsync))];
        }

        public async Task<(int Asked, int Failed, IReadOnlyList<string> Reasons)> EndAsync()
        {
            await _end.CancelAsync();
            await Task.WhenAll(_users);
            return (_asked, _failed, _reasons);
        }

        public void Dispose() => _end.Dispose();

        private async Task AskAsync()
        {
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
                    using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
                    using var answer = await http.GetAsync(_address);
                    Interlocked.Increment(ref _asked);
                    if (answer.StatusCode != HttpStatusCode.OK) Failed($"{(int)answer.StatusCode}");
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    Interlocked.Increment(ref _asked);
                    Failed(e.Message);
                }

                await Task.Delay(20);
            }
        }

        private void Failed(string reason)
        {
            Interlocked.Increment(ref _failed);
            lock (_reasons)
            {
                if (_reasons.Count < 5) _reasons.Add($"{DateTime.UtcNow:HH:mm:ss.f} {reason}");
            }
        }
    }
}
