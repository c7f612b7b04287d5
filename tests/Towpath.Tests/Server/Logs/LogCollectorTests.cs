using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;
using Towpath.Server.Logs;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Logs;

public sealed class LogCollectorTests : IDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly IContainerEngine _engine;
    private readonly LogFiles _files;

    public LogCollectorTests()
    {
        _engine = DispatchProxy.Create<IContainerEngine, LogFiles>();
        _files = (LogFiles)_engine;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Drain_EverythingWritten_IsKept()
    {
        Create("api", "id-1");
        await using var collector = Collector();
        collector.Watch("production", "api", "api");
        var writing = Task.Run(() => Write("id-1", 0, 5000), Cancel);
        await writing;

        await collector.DrainAsync("api", Cancel);

        Texts(collector).ShouldBe(Enumerable.Range(0, 5000).Select(i => $"line {i}"));
    }

    [Fact]
    public async Task Watch_ByANewCollector_GoesOnWhereTheOneBeforeStopped()
    {
        Create("api", "id-1");
        Write("id-1", 0, 100);
        await using (var first = Collector())
        {
            first.Watch("production", "api", "api");
            await UntilAsync(() => Texts(first).Count == 100);
        }
        Write("id-1", 100, 50);

        await using var second = Collector();
        second.Watch("production", "api", "api");
        await second.DrainAsync("api", Cancel);

        Texts(second).ShouldBe(Enumerable.Range(0, 150).Select(i => $"line {i}"));
    }

    [Fact]
    public async Task Watch_DrainedButNotYetRemovedWhenKilled_KeepsNothingTwice()
    {
        Create("api", "id-1");
        Write("id-1", 0, 100);
        await using (var first = Collector())
        {
            first.Watch("production", "api", "api");
            await first.DrainAsync("api", Cancel);
            // Somebody who looked a moment ago still sees it run.
            first.Watch("production", "api", "api");
        }

        await using var second = Collector();
        second.Watch("production", "api", "api");
        await second.DrainAsync("api", Cancel);

        Texts(second).Count.ShouldBe(100);
    }

    [Fact]
    public async Task Watch_NameComesBack_ReadsTheNewContainerFromItsBeginning()
    {
        Create("api", "id-1");
        Write("id-1", 0, 100);
        await using var collector = Collector();
        collector.Watch("production", "api", "api");
        await collector.DrainAsync("api", Cancel);
        Remove("api");
        collector.Forget("api");

        Create("api", "id-2");
        Write("id-2", 100, 20);
        collector.Watch("production", "api", "api");
        await collector.DrainAsync("api", Cancel);

        Texts(collector).ShouldBe(Enumerable.Range(0, 120).Select(i => $"line {i}"));
    }

    [Fact]
    public async Task Forget_Container_LeavesNoFileBehind()
    {
        Create("api", "id-1");
        Write("id-1", 0, 10);
        await using var collector = Collector();
        collector.Watch("production", "api", "api");
        await collector.DrainAsync("api", Cancel);
        Directory.GetFiles(_folder["kept/offsets"]).ShouldHaveSingleItem();

        collector.Forget("api");

        Directory.GetFiles(_folder["kept/offsets"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Drain_NeverWatched_IsDoneAtOnce()
    {
        await using var collector = Collector();

        await collector.DrainAsync("unknown", Cancel);

        collector.Services("production").ShouldBeEmpty();
    }

    private LogCollector Collector() => new(_folder["kept"], _engine, TimeProvider.System, _ => { });

    private static List<string> Texts(LogCollector collector) => [.. collector.Log("production", "api").Tail(100_000).Lines.Select(l => l.Text)];

    private void Create(string container, string id)
    {
        _folder.Write(id, "");
        _files.Containers[container] = new ContainerDetails(
            id, container, "sha256:1", ContainerState.Running, 0, 1, 0, Models.Noon, null, _folder[id], ImmutableDictionary<string, string>.Empty);
    }

    private void Remove(string container)
    {
        if (_files.Containers.TryRemove(container, out var gone)) File.Delete(gone.LogPath!);
    }

    private void Write(string id, int from, int count) => File.AppendAllLines(
        _folder[id],
        Enumerable.Range(from, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Models.Noon.AddSeconds(i):yyyy-MM-ddTHH:mm:ss.fffffffzzz} stdout F line {i}")));

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var look = 0; !holds(); look++)
        {
            look.ShouldBeLessThan(1000);
            await Task.Delay(20);
        }
    }
}

/// <summary>An engine that knows where containers' log files are, and nothing else.</summary>
public class LogFiles : DispatchProxy
{
    public ConcurrentDictionary<string, ContainerDetails> Containers { get; } = new(StringComparer.Ordinal);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IContainerEngine.InspectContainerAsync)
            ? Task.FromResult(Containers.GetValueOrDefault((string)args![0]!))
            : throw new NotSupportedException(targetMethod.Name);
}
