using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Pipelines;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Pipelines;

public sealed class PipelineQueueTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly PipelineFixture _ = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly PipelineQueue _queue;
    private readonly List<string> _released = [];
    private Task _loop = Task.CompletedTask;

    public PipelineQueueTests() =>
        _queue = new PipelineQueue(_.Store, _.Runner, _.Options with { MaxWaiting = 2 }, TimeProvider.System, (run, _) => _released.Add(run.Id));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _queue.Dispose();
        _stopping.Dispose();
        _.Dispose();
    }

    [Fact]
    public async Task RunAsync_Submitted_RunsInOrderOneAtATime()
    {
        var (active, most) = (0, 0);
        _.Engine.OnBuild = async (_, _, _, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref active));
            await Task.Delay(20, token);
            Interlocked.Decrement(ref active);
            return null;
        };
        var runs = Enumerable.Range(0, 3).Select(i => Submit(i).Id).ToList();
        Start();

        foreach (var run in runs)
            await Ended(run, RunState.Succeeded);
        await _stopping.CancelAsync();
        await _loop.WaitAsync(Patience);
        most.ShouldBe(1);
        _released.ShouldBe(runs);
    }

    [Fact]
    public void Submit_SameCommitTwice_Attaches()
    {
        var commit = _.Repository.Commit("A");

        var first = _queue.Submit("shop", commit, "A", "ann");
        var second = _queue.Submit("shop", commit, "A", "ben");

        (second.Run.Id, second.Attached).ShouldBe((first.Run.Id, true));
    }

    [Fact]
    public void Submit_TooManyWait_IsBusyButTheSameCommitAttaches()
    {
        var runs = Enumerable.Range(0, 3).Select(Submit).ToList();

        var refusal = Should.Throw<DiagnosticException>(() => Submit(99));

        refusal.ExitCode.ShouldBe(ExitCode.Busy);
        refusal.Diagnostics[0].Code.ShouldBe("TP3016");
        _queue.Submit("shop", runs[2].Commit, "s", "ann").Attached.ShouldBeTrue();
        _queue.Submit("other", runs[2].Commit, "s", "ann").Attached.ShouldBeFalse();
    }

    [Fact]
    public async Task Cancel_UnderWay_IsCancelledAndTheNextRuns()
    {
        var building = Hang();
        var (first, second) = (Submit(1), Submit(2));
        Start();
        await building.Task.WaitAsync(Patience);
        _.Engine.OnBuild = null;

        _queue.Cancel(first.Id);

        await Ended(first.Id, RunState.Cancelled);
        await Ended(second.Id, RunState.Succeeded);
        _.Facts(FactKind.PipelineCancelled).Single().Diagnostic!.Code.ShouldBe("TP3015");
        _.NothingIsLeft(first);
    }

    [Fact]
    public async Task Cancel_Waiting_NeverRuns()
    {
        var run = Submit(1);
        _queue.Cancel(run.Id);
        var next = Submit(2);
        Start();

        await Ended(next.Id, RunState.Succeeded);
        _.Store.Run(run.Id)!.State.ShouldBe(RunState.Cancelled);
        _queue.Cancel(run.Id);
        _queue.Cancel("p-99");
    }

    [Fact]
    public async Task RunAsync_StoppedUnderWay_BeginsAgainWithTheNextProcess()
    {
        var building = Hang();
        var run = Submit(1);
        using var stop = new CancellationTokenSource();
        var loop = Task.Run(() => _queue.RunAsync(stop.Token));
        await building.Task.WaitAsync(Patience);

        await stop.CancelAsync();
        await loop.WaitAsync(Patience);
        _.Store.Run(run.Id)!.State.ShouldBe(RunState.Running);
        _.NothingIsLeft(run);

        _.Engine.OnBuild = null;
        Start();
        await Ended(run.Id, RunState.Succeeded);
    }

    [Fact]
    public void Next_OneUnderWay_OthersOfThatApplicationWait()
    {
        RunRecord[] runs = [Run(1, "a"), Run(2, "a"), Run(3, "b")];

        PipelineTurns.Next(runs, new HashSet<string>()).Select(r => r.Id).ShouldBe(["p-1", "p-3"]);
        PipelineTurns.Next(runs, new HashSet<string> { "a" }).Select(r => r.Id).ShouldBe(["p-3"]);
    }

    private static RunRecord Run(int number, string application) =>
        new($"p-{number}", application, "sha", "s", "ann", RunState.Queued, null, Models.Noon, null);

    private RunRecord Submit(int number) => _queue.Submit("shop", _.Repository.Commit("Change " + number), "Change", "ann").Run;

    private void Start() => _loop = Task.Run(() => _queue.RunAsync(_stopping.Token));

    private TaskCompletionSource Hang()
    {
        var building = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _.Engine.OnBuild = async (_, _, _, token) =>
        {
            building.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return null;
        };
        return building;
    }

    private async Task Ended(string run, RunState expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        var seen = 0L;
        while (_.Store.Run(run)!.State is RunState.Queued or RunState.Running)
        {
            await _.Store.WaitForFactsAsync(seen, patience.Token);
            seen = _.Store.LastSequence();
        }

        _.Store.Run(run)!.State.ShouldBe(expected);
    }
}
