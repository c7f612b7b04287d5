using System.Diagnostics;
using System.Text.Json.Nodes;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Kubeconfig;

namespace Towpath.Cluster;

/// <summary>
/// A real cluster for all tests, or the reason why there is none: the one of <c>TOWPATH_TEST_KUBECONFIG</c> or <c>KUBECONFIG</c>, else the one that
/// <c>tests/cluster/up</c> starts here. Each test class has a namespace of its own.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartBound = TimeSpan.FromMinutes(20);
    private readonly List<string> _spaces = [];
    private KubernetesClient? _client;
    private string _image = "towpath.test/busybox:1";

    public string SkipReason { get; private set; } = "";

    /// <summary>It was started here, so that its parts may be ended and started.</summary>
    public bool IsOwn { get; private set; }

    public string Kubeconfig { get; private set; } = "";

    public KubernetesClient Client => _client ?? throw new InvalidOperationException(SkipReason);

    public ClusterAccess Access { get; private set; } = null!;

    /// <summary>An image with busybox in it.</summary>
    public string Image
    {
        get
        {
            Need();
            return _image;
        }
    }

    public async ValueTask InitializeAsync()
    {
        var given = Environment.GetEnvironmentVariable("TOWPATH_TEST_KUBECONFIG") ?? Environment.GetEnvironmentVariable("KUBECONFIG");
        if (!string.IsNullOrEmpty(given))
        {
            (Kubeconfig, _image) = (given, Environment.GetEnvironmentVariable("TOWPATH_TEST_IMAGE") ?? "docker.io/library/busybox:1.36");
        }
        else if (!Environment.IsPrivilegedProcess)
        {
            SkipReason = "a cluster of its own needs root; name another one by TOWPATH_TEST_KUBECONFIG";
            return;
        }
        else
        {
            IsOwn = true;
            var (code, output) = await UpAsync();
            if (code != 0)
            {
                SkipReason = $"the test cluster does not start here: {output}";
                return;
            }

            Kubeconfig = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            await LoadImageAsync();
        }

        Access = KubeconfigLoader.Load(KubeconfigInputs.OfProcess() with { File = given is { Length: > 0 } list && list.Contains(':') ? null : Kubeconfig });
        _client = Connect(Access);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null && !IsOwn)
        {
            var kind = new ApiKind("", "v1", "Namespace", "namespaces", IsNamespaced: false);
            foreach (var space in _spaces) await _client.DeleteAsync(kind, null, space, new DeleteOptions(), CancellationToken.None);
        }

        _client?.Dispose();

        // Its data go too: a later run begins with nothing. TOWPATH_KEEP_CLUSTER leaves it, so that the next run is quicker.
        if (IsOwn && Environment.GetEnvironmentVariable("TOWPATH_KEEP_CLUSTER") is null) await RunAsync("down", "--wipe");
    }

    public static KubernetesClient Connect(ClusterAccess access) => new(access, TimeProvider.System, new Random(1).NextDouble);

    /// <summary>Ends the test as skipped where there is no cluster.</summary>
    public void Need() => Assert.SkipWhen(SkipReason.Length > 0, SkipReason);

    public void NeedOwn()
    {
        Need();
        Assert.SkipUnless(IsOwn, "ends parts of the cluster, so it needs one of its own");
    }

    public async Task<string> NewSpaceAsync(CancellationToken cancellationToken)
    {
        Need();
        var space = $"towpath-test-{Guid.NewGuid():N}"[..24];
        var kind = await Client.KindAsync("v1", "Namespace", cancellationToken);
        await Client.CreateAsync(kind, null, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = space } }, "test", cancellationToken);
        lock (_spaces) _spaces.Add(space);

        // Pods are refused until the namespace has its account.
        var accounts = await Client.KindAsync("v1", "ServiceAccount", cancellationToken);
        await using var watched = Client.Keep(accounts, new ObjectFilter(space));
        await watched.UntilAsync(seen => seen.Items.Keys.Any(k => k.Name == "default"), cancellationToken);
        return space;
    }

    /// <summary>Kills one of the cluster's processes.</summary>
    public static Task KillAsync(string process) => RunAsync("down", "--only", process);

    /// <summary>Brings back what was killed.</summary>
    public static async Task RestoreAsync() => (await RunAsync("up")).Code.ShouldBe(0);

    private static async Task<(int Code, string Output)> UpAsync()
    {
        try
        {
            return await RunAsync("up");
        }
        catch (TimeoutException)
        {
            return (1, $"it was not there after {StartBound.TotalMinutes:0} minutes");
        }
    }

    /// <summary>Gives the cluster an image made of a folder.</summary>
    public static async Task LoadImageAsync(string name, string folder, string command)
    {
        var (code, output) = await RunAsync("image", name, folder, command);
        code.ShouldBe(0, output);
    }

    private async Task LoadImageAsync()
    {
        var folder = Directory.CreateTempSubdirectory("towpath-busybox-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        File.Copy(File.Exists("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox", Path.Combine(folder, "bin/busybox"));
        foreach (var applet in (string[])["sh", "cat", "sleep", "echo", "httpd", "tail", "seq", "wc"]) File.CreateSymbolicLink(Path.Combine(folder, "bin", applet), "busybox");
        var (code, output) = await RunAsync("image", _image, folder, "/bin/sh");
        Directory.Delete(folder, recursive: true);
        code.ShouldBe(0, output);
    }

    private static async Task<(int Code, string Output)> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root(), "tests", "cluster", script), arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Remove("KUBECONFIG");
        using var process = Process.Start(start)!;

        // The cluster's own processes have no part of this pipe: they write to their logs.
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(StartBound);
        await process.WaitForExitAsync().WaitAsync(StartBound);
        return (process.ExitCode, output.Trim());
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Towpath.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
