using Towpath.Cli.Demo;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Demo;

public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-demo-test").FullName;
    private readonly LadderControlPlane _plane = new();
    private readonly FakeLoad _load = new();
    private readonly TestProgram _program;

    public DemoTests()
    {
        Write("home/examples/shop/compose.yaml", "services: {}\n");
        Write("home/examples/shop/api/app.py", "version = 1\n");
        Write("home/examples/changes/2-discounts/api/app.py", "version = 2\n");
        Write("home/examples/changes/2-discounts/message.txt", "Sell at a discount\n\nAnd why.\n");
        Write("home/examples/changes/3-broken/api/app.py", "version = 3\n");
        Write("home/examples/changes/3-broken/message.txt", "Count on a column\n");
        _program = new TestProgram(_plane);
        _program.Surroundings = _program.Surroundings with { Load = () => _load, Time = new HurriedTime() };
        _program.Variables["TOWPATH_HOME"] = Path.Combine(_folder, "home");
        _program.Variables["XDG_STATE_HOME"] = Path.Combine(_folder, "state");
        _program.Variables["XDG_CONFIG_HOME"] = Path.Combine(_folder, "config");
        _plane.IsBroken = commit => commit == Shipped(2);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Demo_WithGoodOutcomes_TakesTwoCommitsToProductionAndLeavesTheThirdOut()
    {
        (await _program.RunAsync("demo")).ShouldBe(ExitCode.Success, _program.Error.ToString());
        var commits = _plane.Asked.OfType<ShipRequest>().Select(request => request.Commit).ToArray();
        commits.Length.ShouldBe(3);
        _plane.Runs.Values.Distinct().ShouldBe([$"r-{commits[1][..6]}"]);
        _plane.Runs.Count.ShouldBe(4);
        _program.Doctor.Done.ShouldBe(["mend", "images"]);
        _program.Out.ToString().ShouldContain("rolled back, as expected");
        _program.Out.ToString().ShouldContain("roll 2.0 s");
    }

    [Fact]
    public async Task Demo_Twice_ShipsTheSameCommitsAgain()
    {
        (await _program.RunAsync("demo")).ShouldBe(ExitCode.Success, _program.Error.ToString());
        (await _program.RunAsync("demo")).ShouldBe(ExitCode.Success, _program.Error.ToString());
        var commits = _plane.Asked.OfType<ShipRequest>().Select(request => request.Commit).ToArray();
        commits[..3].ShouldBe(commits[3..]);
    }

    [Fact]
    public async Task Demo_WhereARequestFailed_EndsBadly()
    {
        _load.FailedInProduction = 1;
        (await _program.RunAsync("demo")).ShouldBe(ExitCode.DeploymentFailed, _program.Error.ToString());
        _program.Error.ToString().ShouldContain("1 requests failed");
    }

    [Fact]
    public async Task Demo_WhereTheBrokenCommitSucceeds_EndsBadly()
    {
        _plane.IsBroken = _ => false;
        (await _program.RunAsync("demo")).ShouldBe(ExitCode.DeploymentFailed, _program.Error.ToString());
        _program.Error.ToString().ShouldContain("error[TP7131]");
    }

    [Fact]
    public async Task Demo_WithoutTheExample_EndsAsNotFound()
    {
        _program.Variables["TOWPATH_HOME"] = _folder;
        (await _program.RunAsync("demo")).ShouldBe(ExitCode.NotFound);
        _program.Doctor.Done.ShouldBeEmpty();
    }

    [Fact]
    public async Task DemoDown_RemovesApplicationStateAndToken()
    {
        await _program.RunAsync("demo");
        (await _program.RunAsync("demo", "--down")).ShouldBe(ExitCode.Success);
        _plane.Asked.ShouldContain("remove shop");
        Directory.Exists(Path.Combine(_folder, "state", "towpath")).ShouldBeFalse();
        _program.Doctor.Done.ShouldContain("remove");
        (await _program.RunAsync("demo", "--down")).ShouldBe(ExitCode.Success);
    }

    [Fact]
    public async Task DemoDown_WhereAnotherApplicationLives_LeavesItsStateAlone()
    {
        await _program.RunAsync("demo");
        _plane.Applications = ["blog", "shop"];
        (await _program.RunAsync("demo", "--down")).ShouldBe(ExitCode.Success);
        _plane.Applications.ShouldBe(["blog"]);
        Directory.Exists(Path.Combine(_folder, "state", "towpath")).ShouldBeTrue();
        Directory.Exists(Path.Combine(_folder, "state", "towpath", "demo")).ShouldBeFalse();
        _program.Doctor.Done.ShouldNotContain("remove");
    }

    [Fact]
    public async Task MakeAsync_OnTwoFolders_GivesTheSameCommits()
    {
        var files = new DemoFiles(Path.Combine(_folder, "home"));
        var first = await new DemoRepository(Path.Combine(_folder, "a")).MakeAsync(files, DemoStep.OnContainers, default);
        var second = await new DemoRepository(Path.Combine(_folder, "b")).MakeAsync(files, DemoStep.OnContainers, default);
        first.ShouldBe(second);
        first.Select(commit => commit.Subject).ShouldBe(["Open the shop", "Sell at a discount", "Count on a column"]);
        first.Select(commit => commit.Commit).Distinct().Count().ShouldBe(3);
        File.Exists(Path.Combine(_folder, "a", "message.txt")).ShouldBeFalse();
    }

    private string? Shipped(int index) => _plane.Asked.OfType<ShipRequest>().Select(request => request.Commit).Distinct().ElementAtOrDefault(index);

    private void Write(string path, string content)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
