using System.Net;
using System.Net.Sockets;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Tests.Fakes;
using Towpath.Tests.Server.Api;

namespace Towpath.Tests.Cli.Client;

public sealed class FollowerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task UntilEnd_ConnectionCutInTheMiddle_LosesAndDoublesNothing(int seed)
    {
        await using var api = await RunningApi.StartAsync();
        const int facts = 400;
        api.Plane.Add([.. Enumerable.Range(0, facts).Select(i => Facts.Of(FactKind.DeploymentPhase, i) with { Deployment = "d-1", Text = new string('x', 200) })]);
        await using var line = new CutLine(api.Url.Port, new Random(seed), cuts: 3, most: 30_000);
        using var client = new ControlPlaneClient($"http://127.0.0.1:{line.Port}", api.Token);

        var seen = new List<long>();
        var following = new Follower(client, new HurriedTime()).UntilEndAsync("shop", 0, new DeploymentWatch("d-1"), fact => seen.Add(fact.Sequence), TestContext.Current.CancellationToken);
        while (seen.Count < facts && !following.IsCompleted) await Task.Delay(10, TestContext.Current.CancellationToken);

        // What comes after all cuts arrives, too, and ends it.
        api.Plane.Add(Facts.Of(FactKind.DeploymentSucceeded, facts) with { Deployment = "d-1" });
        (await following.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Code.ShouldBe(ExitCode.Success);
        line.Cuts.ShouldBe(3);
        seen.ShouldBe(Enumerable.Range(1, facts + 1).Select(i => (long)i));
    }

    /// <summary>A line to the API that is cut after a random number of bytes, so many times; then it holds.</summary>
    private sealed class CutLine : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _accepting;
        private readonly int _target;
        private readonly Random _random;
        private readonly int _cuts;
        private readonly int _most;

        public CutLine(int target, Random random, int cuts, int most)
        {
            (_target, _random, _cuts, _most) = (target, random, cuts, most);
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _accepting = AcceptAsync();
        }

        public int Port { get; }

        public int Cuts { get; private set; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            while (true)
            {
                using var near = await _listener.AcceptTcpClientAsync(_stop.Token);
                using var far = new TcpClient();
                await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                var asking = near.GetStream().CopyToAsync(far.GetStream(), _stop.Token);
                await AnswerAsync(far.GetStream(), near.GetStream(), Cuts < _cuts ? _random.Next(300, _most) : int.MaxValue);
                near.Client.Close(0);
                far.Close();
                await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        private async Task AnswerAsync(NetworkStream from, NetworkStream to, int bytes)
        {
            var buffer = new byte[4096];
            for (int read; (read = await from.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, bytes)), _stop.Token)) > 0; bytes -= read)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
                if (bytes - read > 0) continue;
                Cuts++;
                return;
            }
        }
    }
}
