using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>The state folder is lost, and comes back from a backup.</summary>
public sealed class BackupTests : IAsyncDisposable
{
    private readonly Installation _towpath = new();

    public ValueTask DisposeAsync() => _towpath.DisposeAsync();

    [Fact]
    public async Task Restore_StateFolderDestroyed_WhatRunsIsKnownAgainAndTheNextCommitArrives()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        await using var application = await LiveApplication.ShipAsync("e2e-backup", _towpath);
        var seal = (await application.RunAsync("audit", "verify")).ShouldEndWith(ExitCode.Success).Out.Trim();
        var backup = Path.Combine(_towpath.Place("backups"), "state.tar.gz");
        (await application.RunAsync("backup", backup)).ShouldEndWith(ExitCode.Success);
        var before = await application.StatusAsync();
        var replicas = await application.ContainersAsync("web");

        application.OpenDoors();
        await _towpath.KillAsync();
        Destroy();
        (await application.RunAsync("restore", backup)).ShouldEndWith(ExitCode.Success);

        var after = await application.UntilAsync(s => LiveApplication.DriftOf(s).Count == 0, "nothing has drifted");
        ShopFixture.Text(after, "release").ShouldBe(ShopFixture.Text(before, "release"));
        (await application.ContainersAsync("web")).ShouldBe(replicas, ignoreOrder: true, "what runs is left alone");
        (await application.RunAsync("audit", "verify", "--seal", seal)).ShouldEndWith(ExitCode.Success);

        await application.CommitAsync("2");
        (await application.RunAsync("ship")).ShouldEndWith(ExitCode.Success);
        // The gateway's folder is lost too, and so nothing can be handed over: what waits in a queue of connections breaks.
        await application.CloseDoorsAsync(most: 5);
    }

    /// <summary>All of it but the engine's own files: Podman's service runs on and is found by them.</summary>
    private void Destroy()
    {
        foreach (var folder in Directory.EnumerateDirectories(_towpath.State).Where(f => Path.GetFileName(f) != "podman")) Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(_towpath.State)) File.Delete(file);
    }
}
