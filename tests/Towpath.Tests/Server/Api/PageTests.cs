using System.Net.Http.Json;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

public sealed class PageTests
{
    [Fact]
    public void Of_PageByPage_GivesEachEntryOnceInOrder()
    {
        var all = Enumerable.Range(0, 7).Select(i => $"n{6 - i}").ToList();
        var (seen, page) = (new List<string>(), new PageRequest(Limit: 3));
        for (var pages = 1; ; pages++)
        {
            var answer = page.Of(all, n => n);
            seen.AddRange(answer.Items);
            if (answer.Next is null)
            {
                pages.ShouldBe(3);
                break;
            }

            answer.Items.Count.ShouldBe(3);
            page = page with { After = answer.Next };
        }

        seen.ShouldBe(["n0", "n1", "n2", "n3", "n4", "n5", "n6"]);
    }

    [Fact]
    public void Of_ListThatChangesBetweenPages_LosesAndDoublesNothingOfWhatStays()
    {
        var first = new PageRequest(Limit: 2).Of(["b", "d", "f", "h"], n => n);
        first.Items.ShouldBe(["b", "d"]);

        // One comes before, the one at the seam goes, one comes after.
        new PageRequest(first.Next, 5).Of(["a", "b", "e", "f", "h"], n => n).Items.ShouldBe(["e", "f", "h"]);
    }

    [Fact]
    public void Of_ExactlyOnePage_HasNoNext() => new PageRequest(Limit: 2).Of(["a", "b"], n => n).Next.ShouldBeNull();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(PageRequest.Most + 1)]
    public void Size_OutOfRange_IsRefused(int limit) =>
        Should.Throw<DiagnosticException>(() => new PageRequest(Limit: limit).Size).Diagnostics.Single().Code.ShouldBe("TP7032");

    [Theory]
    [InlineData("*")]
    [InlineData("abc")]
    public void Number_OfAForeignCursor_IsRefused(string cursor) =>
        Should.Throw<DiagnosticException>(() => new PageRequest(cursor).Number).Diagnostics.Single().Code.ShouldBe("TP7032");

    [Fact]
    public async Task Lists_OverHttp_AreReadWholeByTheClient()
    {
        var names = Enumerable.Range(0, 450).Select(i => $"app{i:000}").ToList();
        await using var api = await RunningApi.StartAsync(new FakeControlPlane { Applications = names });
        (await api.Client.ApplicationsAsync(default)).ShouldBe(names);

        using var response = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/applications?limit=2"));
        var page = await response.Content.ReadFromJsonAsync<Page<string>>(ApiJson.Options);
        page!.Items.ShouldBe(["app000", "app001"]);
        using var next = await api.Http.SendAsync(api.Request(HttpMethod.Get, $"/api/v1/applications?limit=2&cursor={page.Next}"));
        (await next.Content.ReadFromJsonAsync<Page<string>>(ApiJson.Options))!.Items.ShouldBe(["app002", "app003"]);
    }

    [Fact]
    public async Task Journal_OverHttp_IsReadWholeByTheClientFromAfterASequence()
    {
        await using var api = await RunningApi.StartAsync();
        api.Plane.Add([.. Enumerable.Range(0, 405).Select(i => Facts.Of(Towpath.Core.Journal.FactKind.ReleaseCreated, i))]);
        var seen = new List<long>();
        await foreach (var fact in api.Client.JournalAsync(null, 3, follow: false, default)) seen.Add(fact.Sequence);
        seen.ShouldBe(Enumerable.Range(4, 402).Select(i => (long)i));
    }
}
