using System.Diagnostics;

namespace Towpath.Cluster.Environments;

/// <summary>
/// Stands in for Argo CD and Flux, whose images can't be had here: pulls a branch, applies the objects of an environment as a manager of its own, removes what is no longer
/// there, and puts right every second what others changed.
/// </summary>
internal sealed class GitFollower : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _round = new(1, 1);
    private readonly string _kubeconfig;
    private readonly string _objects;
    private readonly string _clone;
    private readonly Task _loop;
    private string? _applied;

    public GitFollower(string kubeconfig, string clone, string url, string objects)
    {
        (_kubeconfig, _clone, _objects) = (kubeconfig, clone, objects);
        _loop = Task.Run(() => FollowAsync(url));
    }

    /// <summary>It ends the round that it is at, and begins no other until it is resumed.</summary>
    public Task PauseAsync() => _round.WaitAsync();

    /// <summary>It goes on.</summary>
    public void Resume() => _round.Release();

    /// <summary>What went wrong last, for the reader of a failed test.</summary>
    public string LastTrouble { get; private set; } = "";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _end.Dispose();
        _round.Dispose();
    }

    private async Task FollowAsync(string url)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(url);
                await Task.Delay(1000, _end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (InvalidOperationException e)
            {
                LastTrouble = e.Message;
                await Task.Delay(1000);
            }
        }
    }

    private async Task RoundAsync(string url)
    {
        await _round.WaitAsync(_end.Token);
        try
        {
            await SyncAsync(url);
        }
        finally
        {
            _round.Release();
        }
    }

    private async Task SyncAsync(string url)
    {
        if (!Directory.Exists(_clone)) await RunAsync("/", "git", "clone", "-q", url, _clone);
        await RunAsync(_clone, "git", "pull", "-q", "--ff-only", "origin", "main");
        var head = (await RunAsync(_clone, "git", "rev-parse", "HEAD")).Trim();
        var folder = Path.Combine(_clone, _objects);
        if (Directory.Exists(folder)) await RunAsync(_clone, "kubectl", "--kubeconfig", _kubeconfig, "apply", "--server-side", "--force-conflicts", "--field-manager=follower", "-f", folder);
        if (_applied is { } before && before != head)
        {
            var gone = await RunAsync(_clone, "git", "diff", "--name-only", "--no-renames", "--diff-filter=D", before, head, "--", _objects);
            foreach (var path in gone.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(p => !Path.GetFileName(p).StartsWith("00-", StringComparison.Ordinal)))
            {
                await File.WriteAllTextAsync(_clone + ".gone.yaml", await RunAsync(_clone, "git", "show", $"{before}:{path}"));
                await RunAsync(_clone, "kubectl", "--kubeconfig", _kubeconfig, "delete", "--ignore-not-found", "--wait=false", "-f", _clone + ".gone.yaml");
            }
        }

        _applied = head;
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await errors}");
    }
}
