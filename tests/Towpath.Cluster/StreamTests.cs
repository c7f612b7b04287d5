using System.Text;
using Towpath.Engines.Kubernetes;

namespace Towpath.Cluster;

/// <summary>Logs, programs and ports of a real pod.</summary>
public sealed class StreamTests(ClusterFixture cluster) : IAsyncLifetime
{
    private const string Script = "mkdir -p /tmp/w; echo hello > /tmp/w/index.html; for i in 1 2 3; do echo line $i; done; exec httpd -f -p 8080 -h /tmp/w";
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private string _space = "";

    private KubernetesClient Client => cluster.Client;

    public async ValueTask InitializeAsync()
    {
        if (cluster.SkipReason.Length > 0) return;
        _space = await cluster.NewSpaceAsync(Token);
        await Client.StartPodAsync(_space, Objects.Pod("web", cluster.Image, "sh", "-c", Script), Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Logs_OfAPod_AreItsLines()
    {
        cluster.Need();
        (await Client.LogsAsync(_space, "web", new LogOptions(), Token).ToListAsync(Token)).ShouldBe(["line 1", "line 2", "line 3"]);
        (await Client.LogsAsync(_space, "web", new LogOptions { Tail = 1, Container = "app" }, Token).ToListAsync(Token)).ShouldBe(["line 3"]);
        var timed = await Client.LogsAsync(_space, "web", new LogOptions { Timestamps = true, Since = DateTimeOffset.UtcNow.AddHours(-1) }, Token).ToListAsync(Token);
        timed.Count.ShouldBe(3);
        DateTimeOffset.TryParse(timed[0].Split(' ')[0], out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Logs_FollowedUntilThePodEnds_AreComplete()
    {
        cluster.Need();
        await Client.StartPodAsync(_space, Objects.Pod("talks", cluster.Image, "sh", "-c", "for i in $(seq 1 20); do echo $i; sleep 0.1; done"), Token);

        var lines = await Client.LogsAsync(_space, "talks", new LogOptions { Follow = true }, Token).ToListAsync(Token);
        lines.ShouldBe(Enumerable.Range(1, 20).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Logs_OfNoPod_AreADiagnostic()
    {
        cluster.Need();
        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.LogsAsync(_space, "nonesuch", new LogOptions(), Token).ToListAsync(Token).AsTask());
        failure.Failure.ShouldBe(ApiFailure.NotFound);
    }

    [Fact]
    public async Task Exec_Program_GivesBothOutputsAndItsCode()
    {
        cluster.Need();
        var result = await Client.ExecAsync(_space, "web", new ExecCommand(["sh", "-c", "echo out; echo err >&2; exit 3"]), Token);

        result.ExitCode.ShouldBe(3);
        Encoding.UTF8.GetString(result.Output).ShouldBe("out\n");
        Encoding.UTF8.GetString(result.Errors).ShouldBe("err\n");
    }

    [Fact]
    public async Task Exec_WithInput_ReadsIt()
    {
        cluster.Need();
        var result = await Client.ExecAsync(_space, "web", new ExecCommand(["sh", "-c", "read line; echo got $line"]) { Input = "some words\n"u8.ToArray() }, Token);

        result.ExitCode.ShouldBe(0);
        Encoding.UTF8.GetString(result.Output).ShouldBe("got some words\n");
    }

    [Fact]
    public async Task Exec_MoreOutputThanKept_IsCut()
    {
        cluster.Need();
        var result = await Client.ExecAsync(_space, "web", new ExecCommand(["seq", "1", "100000"]) { MaxOutput = 1000 }, Token);

        result.ExitCode.ShouldBe(0);
        result.WasCut.ShouldBeTrue();
        result.Output.Length.ShouldBe(1000);
    }

    [Fact]
    public async Task Exec_ProgramThatIsNotThere_IsADiagnostic()
    {
        cluster.Need();
        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.ExecAsync(_space, "web", new ExecCommand(["/bin/nonesuch"]), Token));
        failure.Diagnostic.Code.ShouldBe("TP6313");
    }

    [Fact]
    public async Task Exec_ProgramThatDoesNotEnd_TimesOut()
    {
        cluster.Need();
        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.ExecAsync(_space, "web", new ExecCommand(["sleep", "60"]) { Bound = TimeSpan.FromSeconds(2) }, Token));
        failure.Failure.ShouldBe(ApiFailure.TimedOut);
    }

    [Fact]
    public async Task Forward_ToAPort_CarriesManyConnectionsAtOnce()
    {
        cluster.Need();
        await using var forward = Client.Forward(_space, "web", 8080);
        using var http = new HttpClient();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => http.GetStringAsync($"http://127.0.0.1:{forward.LocalPort}/", Token)));

        answers.ShouldAllBe(a => a == "hello\n");
        forward.LastFailure.ShouldBeNull();
    }

    [Fact]
    public async Task Forward_ToAPortWhereNobodyListens_SaysSo()
    {
        cluster.Need();
        await using var stream = await Client.ConnectPortAsync(_space, "web", 9, Token);

        var failure = await Should.ThrowAsync<IOException>(async () => (await stream.ReadAsync(new byte[10], Token)).ShouldBe(-1));
        failure.Message.ShouldContain("port 9");
    }
}
