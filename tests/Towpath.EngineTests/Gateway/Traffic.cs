using Towpath.Load;

namespace Towpath.EngineTests.Gateway;

/// <summary>Steady requests of every kind (GET and POST, kept and fresh connections, uploads) until it is ended.</summary>
internal sealed class Traffic(Uri target) : IAsyncDisposable
{
    private readonly LoadGenerator _generator = LoadGenerator.Start(
        new LoadPlan
        {
            Target = new Uri(target.GetLeftPart(UriPartial.Authority)),
            ArrivalsPerSecond = 400,
            Requests =
            [
                new LoadRequest { Name = "get kept", Path = target.AbsolutePath, Weight = 4 },
                new LoadRequest { Name = "get fresh", Path = target.AbsolutePath, Connection = LoadConnectionKind.Fresh, Weight = 2 },
                new LoadRequest { Name = "post kept", Method = "POST", Path = target.AbsolutePath, Body = _ => "{\"order\":1}"u8.ToArray(), Weight = 3 },
                new LoadRequest { Name = "post fresh", Method = "POST", Path = target.AbsolutePath, Body = _ => "{\"order\":1}"u8.ToArray(), Connection = LoadConnectionKind.Fresh },
                new LoadRequest { Name = "upload", Method = "POST", Path = target.AbsolutePath, Body = _ => new byte[200_000] },
                new LoadRequest { Name = "slow", Path = target.AbsolutePath + "/slow" },
            ],
        },
        TimeProvider.System);

    /// <summary>Lasts until so many more requests were answered.</summary>
    public Task MoreAsync(int requests)
    {
        var goal = _generator.Report().Total.Sent + requests;
        return GatewayHarness.EventuallyAsync(() => Task.FromResult(_generator.Report().Total.Sent >= goal), $"{goal} requests");
    }

    public Task<LoadReport> EndAsync() => _generator.StopAsync();

    public ValueTask DisposeAsync() => _generator.DisposeAsync();
}
