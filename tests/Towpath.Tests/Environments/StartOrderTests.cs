using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class StartOrderTests
{
    [Fact]
    public void Of_ManyServices_AsksEachOnceForItsDependencies()
    {
        // The last by name has to start first, so that each step of the way finds what can start at the end.
        var services = Enumerable.Range(0, 2000).Select(i => On($"s{i:0000}", i < 1999 ? [$"s{i + 1:0000}"] : [])).ToImmutableArray();
        var asked = 0;

        var order = StartOrder.Of(services, s =>
        {
            asked++;
            return s.DependsOn.Select(d => d.Service);
        }).ToList();

        order.Select(s => s.Name).ShouldBe(services.Select(s => s.Name).Reverse());
        asked.ShouldBe(services.Length);
    }

    [Fact]
    public void Of_AnyGraph_IsThatOfLookingThroughAllThatIsLeft()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var services = Enumerable.Range(0, random.Next(1, 12)).Select(i => On($"s{i}", [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"s{random.Next(13)}")])).ToImmutableArray();

            StartOrder.Of(services, s => s.DependsOn.Select(d => d.Service)).Select(s => s.Name).ShouldBe(Simple(services), $"seed {seed}");
        }
    }

    [Fact]
    public void Plan_TenTimesTheServicesThatListen_AllocatesAboutTenTimesAsMuch()
    {
        // Allocation is a count: each revision once held the names of all that listen.
        Allocated(300);

        ((double)Allocated(6000) / Allocated(600)).ShouldBeLessThan(13);
    }

    [Fact]
    public void Plan_AServiceMoreAmongManyThatListen_ChangesTheRevisionOfTheOthers()
    {
        string Revision(int count) => Sample.Desired("1", Listening(count)).Service("s0000")!.Revision;

        Revision(601).ShouldNotBe(Revision(600));
        Revision(2).ShouldNotBe(Revision(1));
    }

    private static long Allocated(int count)
    {
        var release = Sample.Release("1", Listening(count));
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Sample.Desired(release);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Service[] Listening(int count) => [.. Enumerable.Range(0, count).Select(i => Sample.Api() with { Name = $"s{i:0000}", DependsOn = [], Delivery = Sample.Api().Delivery with { Resources = [] } })];

    private static List<string> Simple(ImmutableArray<Service> services)
    {
        var order = new List<string>();
        var rest = services.OrderBy(s => s.Name, StringComparer.Ordinal).ToList();
        while (rest.Count > 0)
        {
            var next = rest.Find(s => s.DependsOn.All(d => rest.TrueForAll(r => r.Name != d.Service))) ?? rest[0];
            rest.Remove(next);
            order.Add(next.Name);
        }

        return order;
    }

    private static Service On(string name, string[] dependencies) => new()
    {
        Name = name,
        Location = Models.At(),
        Image = name,
        DependsOn = [.. dependencies.Select(d => new Dependency(d, DependencyCondition.Started, false, Models.At()))],
    };
}
