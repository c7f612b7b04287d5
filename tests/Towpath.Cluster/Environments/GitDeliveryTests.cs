using System.Diagnostics;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.EngineTests.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Cluster.Environments;

public sealed class GitDeliveryTests(ClusterFixture cluster, ITestOutputHelper output) : IDisposable
{
    private readonly EnvironmentsRemote _remote = new();
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationToken _token = TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _remote.Dispose();
        _folder.Dispose();
    }

    private static string Page(string text, string image, string? command = null) =>
        Pages.Of(text, image, command ?? Pages.Serves, migrate: "{ command: [sh, -c, 'cat /run/secrets/token | wc -c'], reversible: [sh, -c, echo back] }");

    [Fact]
    public async Task Deploy_FollowedByAController_EachReleaseIsOneCommitAndABrokenOneIsReverted()
    {
        await using var scene = await ClusterScene.OpenAsync(cluster, _remote.Spec with { Within = TimeSpan.FromMinutes(2) });
        await using var follower = Follow();

        await ArriveAsync(scene, "r-1", "one");
        (await PageAsync(scene)).ShouldBe("one");
        await ArriveAsync(scene, "r-2", "two", s => s.Phase == DeploymentPhase.Provisioning);
        await ArriveAsync(scene, "r-3", "three", s => s.Phase == DeploymentPhase.Rolling);
        (await PageAsync(scene)).ShouldBe("three");
        _remote.Subjects().ShouldBe(["pages/production: r-1", "pages/production: r-2", "pages/production: r-3"], "one commit for each, killed or not");

        var broken = await scene.DeployAsync(scene.Release("r-4", Page("broken", cluster.Image, "[sh, -c, 'echo no database; exit 3']")), _token, s => s.Phase == DeploymentPhase.RollingBack);

        broken.Phase.ShouldBe(DeploymentPhase.Failed, $"{broken.Failure} {follower.LastTrouble}");
        output.WriteLine(_remote.Git("log", "-1", "--format=%B", "main"));
        (await PageAsync(scene)).ShouldBe("three");
        _remote.Subjects().Skip(3).ShouldBe(["pages/production: r-4", "Revert \"pages/production: r-4\""]);
        _remote.Git("diff", "--stat", "main~2", "main").ShouldBeEmpty("the tree of before is back");

        // Nothing of the release before has changed, so that no unit of it needs the revert.
        var began = Stopwatch.GetTimestamp();
        var added = Page("three", cluster.Image).Replace("\nconfigs:", $"\n  extra:\n    image: {cluster.Image}\n    command: [sh, -c, 'exit 3']\nconfigs:", StringComparison.Ordinal);
        broken = await scene.DeployAsync(scene.Release("r-5", added), _token);
        broken.Phase.ShouldBe(DeploymentPhase.Failed, $"{broken.Failure} {follower.LastTrouble}");
        broken.Failure!.Headline.ShouldContain("extra");
        output.WriteLine($"r-5 and back: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        _remote.Subjects().Skip(5).ShouldBe(["pages/production: r-5", "Revert \"pages/production: r-5\""]);

        var manifests = string.Join('\n', _remote.Files().Select(f => _remote.Text(f)));
        manifests.ShouldNotContain("kind: Secret\n");
        manifests.ShouldNotContain(scene.Token);
        manifests.ShouldNotContain("kind: Job\n", customMessage: "a migration is a deed");
        var unit = (await scene.ListAsync("apps/v1", "Deployment", _token)).Single();
        unit.Items("metadata", "managedFields").Select(m => m.Text("manager")).ShouldNotContain("towpath");
        (await scene.ListAsync("v1", "Secret", _token)).Count(s => s.Text("type") == "Opaque").ShouldBe(1);
    }

    [Fact]
    public async Task Rest_ChangedBehindTheRepository_IsToldAndLeftToTheController()
    {
        await using var scene = await ClusterScene.OpenAsync(cluster, _remote.Spec with { Within = TimeSpan.FromMinutes(2) });
        await using var follower = Follow();
        await ArriveAsync(scene, "r-1", "one");

        (await DriftAsync(scene, d => true, atLeast: TimeSpan.FromSeconds(15))).ShouldBeEmpty("what servers add is no drift");

        await follower.PauseAsync();
        await KubectlAsync("--namespace", scene.Space, "patch", "deployment", "web", "--type=merge", "--patch", "{\"spec\":{\"replicas\":1}}");
        await KubectlAsync("--namespace", scene.Space, "delete", "service", "web");
        var found = await DriftAsync(scene, d => d.Count >= 2);
        foreach (var drift in found) output.WriteLine(drift.Text);
        found.Select(d => d.Text).ShouldContain(t => t.StartsWith("Deployment/web spec.replicas: 1, wanted 2", StringComparison.Ordinal));
        found.Select(d => d.Text).ShouldContain("Service/web is gone");

        follower.Resume();
        (await DriftAsync(scene, d => d.Count == 0)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deploy_NobodyFollows_EndsInItsTimeAndLeavesNothing()
    {
        await using var scene = await ClusterScene.OpenAsync(cluster, _remote.Spec with { Within = TimeSpan.FromSeconds(3) });

        var state = await scene.DeployAsync(scene.Release("r-1", Page("one", cluster.Image)), _token);

        state.Phase.ShouldBe(DeploymentPhase.Failed);
        state.Failure!.Code.ShouldBe("TP6453", state.Failure.ToString());
        output.WriteLine(state.Failure.Headline);
        _remote.Files().ShouldBeEmpty();
        _remote.Subjects().ShouldBe(["pages/production: r-1", "pages/production: removed"]);
    }

    private GitFollower Follow() => new(cluster.Kubeconfig, _folder["clone"], _remote.Spec.Url, "apps/pages/production");

    private async Task ArriveAsync(ClusterScene scene, string id, string text, Func<DeploymentState, bool>? killWhen = null)
    {
        var began = Stopwatch.GetTimestamp();
        var state = await scene.DeployAsync(scene.Release(id, Page(text, cluster.Image)), _token, killWhen);
        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
        output.WriteLine($"{id}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    private async Task<string> PageAsync(ClusterScene scene)
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(await scene.AddressAsync("web", 8080, _token), _token)).Trim();
    }

    /// <summary>What is found at rest, as soon as it is as expected and was looked for long enough, else after two minutes.</summary>
    private async Task<IReadOnlyList<ObservedChange>> DriftAsync(ClusterScene scene, Func<IReadOnlyList<ObservedChange>, bool> isExpected, TimeSpan atLeast = default)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            await Task.Delay(2000, _token);
            var found = await scene.DriftAsync(_token);
            var waited = Stopwatch.GetElapsedTime(began);
            if (waited > atLeast && (isExpected(found) || waited > TimeSpan.FromMinutes(2))) return found;
        }
    }

    private async Task KubectlAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", [$"--kubeconfig={cluster.Kubeconfig}", .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await process.StandardOutput.ReadToEndAsync(_token);
        await process.WaitForExitAsync(_token);
        process.ExitCode.ShouldBe(0, string.Join(' ', arguments));
    }
}
