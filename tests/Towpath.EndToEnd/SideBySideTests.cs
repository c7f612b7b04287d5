using System.Diagnostics;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.EndToEnd;

/// <summary>Two control planes on one PostgreSQL, of which one is killed in the middle of a deployment.</summary>
public sealed class SideBySideTests(PostgresServer postgres) : IAsyncDisposable
{
    private const string Name = "e2e-side";
    private static readonly TimeSpan MostForTakingOver = TimeSpan.FromSeconds(10);

    private readonly Installation _towpath = new();
    private readonly List<RunningProgram> _planes = [];

    public async ValueTask DisposeAsync()
    {
        await _towpath.DisposeAsync();
        foreach (var plane in _planes) await plane.DisposeAsync();
    }

    [Fact]
    public async Task Deployment_ItsControlPlaneIsKilled_TheOtherTakesOverWithinTenSecondsAndEndsIt()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        var database = postgres.NewDatabase();
        _towpath.Variables["TOWPATH_POSTGRES"] = database;
        for (var n = 1; n <= 2; n++) _planes.Add(await ServeAsync());
        using var store = PostgresServer.Open(database);
        await using var application = await LiveApplication.ShipAsync(Name, _towpath);
        application.OpenDoors();

        await application.CommitAsync("2");
        await using var ship = application.Start("ship", "--output", "json");
        var before = await UntilAsync(() => Rolling(store), TimeSpan.FromMinutes(1), "a replica has started");
        var killed = _planes[Number(before) - 1];
        await RunningProgram.SignalAsync("KILL", killed.Id);
        var since = Stopwatch.StartNew();

        var after = await UntilAsync(() => store.LeaseOf(Name, "production") is { } lease && lease.Token != before.Token ? lease : null, MostForTakingOver, "the other took over");
        var tookOver = since.Elapsed;
        await UntilAsync(() => store.OpenDeployments(Name, null).Count == 0 ? "" : null, TimeSpan.FromMinutes(2), "the deployment has ended");

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"took over after {tookOver.TotalSeconds:0.0} s, ended after {since.Elapsed.TotalSeconds:0.0} s"));
        after.Owner.ShouldNotBe(before.Owner);
        store.RecentDeployments(Name, "production", 1).ShouldHaveSingleItem().Phase.ShouldBe("Succeeded");
        (await application.ContainersAsync("web")).Count.ShouldBe(2);
        (await application.RunAsync("audit", "verify")).ShouldEndWith(ExitCode.Success);
        await application.CloseDoorsAsync();
    }

    private async Task<RunningProgram> ServeAsync()
    {
        var plane = _towpath.Start(_towpath.Place(Name + "-serve"), "serve", "--join", "--port", "0");
        await plane.UntilAsync("the control plane answers");
        return plane;
    }

    /// <summary>The lease of the environment, once the second deployment has begun to replace replicas.</summary>
    private static Lease? Rolling(PostgresStore store) =>
        store.Facts(Name, 0, 1000).Any(f => f is { Deployment: "d-2", Kind: FactKind.EffectDone } && f.Text.Contains("started", StringComparison.Ordinal)) ? store.LeaseOf(Name, "production") : null;

    private static int Number(Lease lease) => int.Parse(lease.Owner[(lease.Owner.LastIndexOf('#') + 1)..], CultureInfo.InvariantCulture);

    private static async Task<T> UntilAsync<T>(Func<T?> look, TimeSpan patience, string what)
        where T : class
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < patience; await Task.Delay(50))
        {
            if (look() is { } found) return found;
        }

        throw new TimeoutException($"never: {what}");
    }
}
