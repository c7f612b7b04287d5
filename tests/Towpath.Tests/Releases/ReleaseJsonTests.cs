using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Applications;
using Towpath.Core.Releases;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Releases;

public sealed class ReleaseJsonTests
{
    [Fact]
    public void Release_FullModel_ReadsBackEqual()
    {
        var release = ReleaseBuilder.Create(Models.Full(), new string('a', 40), "Subject", Models.Images(("api", '3')), Models.Noon);

        var json = JsonSerializer.Serialize(release, ReleaseJson.Default.Release);
        var back = JsonSerializer.Deserialize(json, ReleaseJson.Default.Release)!;

        AssertSame(release, back, "release");
    }

    [Fact]
    public void Full_EveryProperty_IsSet() => AssertSet(Models.Full(), "application");

    [Fact]
    public void Application_NothingSet_ReadsBackWithDefaults()
    {
        var application = Models.Application(Models.Image("db", "postgres:15"));

        var json = JsonSerializer.Serialize(application, ReleaseJson.Default.Application);
        var back = JsonSerializer.Deserialize(json, ReleaseJson.Default.Application)!;

        AssertSame(application, back, "application");
        back.Services[0].Command.ShouldBeNull();
    }

    [Fact]
    public void Application_WithoutAnAgreement_IsWrittenAsBeforeThereWereAny()
    {
        var json = JsonSerializer.Serialize(Models.Application(Models.Image("db", "postgres:15")), ReleaseJson.Default.Application);

        // Its hash, and so the names of releases, must stay what they were.
        json.ShouldNotContain("agreement", Case.Insensitive);
    }

    [Fact]
    public void Application_WithoutAnythingOfACluster_IsWrittenAsBeforeThereWasAny()
    {
        var json = JsonSerializer.Serialize(Models.Application(Models.Image("db", "postgres:15")), ReleaseJson.Default.Application);

        foreach (var word in new[] { "cluster", "kubernetes", "engine", "schedule", "scale", "subPath" }) json.ShouldNotContain($"\"{word}\"", Case.Insensitive);
    }

    [Fact]
    public void Quota_Off_StaysOff()
    {
        var ladder = new Ladder([Models.Full().Ladder.Environments[0] with { Kubernetes = new KubernetesSpec { QuotaPercent = null } }]);

        JsonSerializer.Deserialize(JsonSerializer.Serialize(ladder, ReleaseJson.Default.Ladder), ReleaseJson.Default.Ladder)!.Environments[0].Kubernetes!.QuotaPercent.ShouldBeNull();
    }

    /// <summary>Compares by reflection, so that a property added later is compared without a change here.</summary>
    private static void AssertSame(object? expected, object? actual, string path)
    {
        if (expected is null || actual is null || expected is string || expected.GetType().IsPrimitive || expected is TimeSpan or DateTimeOffset or Enum)
        {
            actual.ShouldBe(expected, path);
            return;
        }

        if (expected is IEnumerable items)
        {
            var (left, right) = (items.Cast<object?>().ToList(), ((IEnumerable)actual).Cast<object?>().ToList());
            right.Count.ShouldBe(left.Count, path);
            for (var i = 0; i < left.Count; i++)
                AssertSame(left[i], right[i], $"{path}[{i}]");
            return;
        }

        foreach (var property in Stored(expected.GetType()).Where(p => p.GetIndexParameters().Length == 0 && !p.GetMethod!.IsStatic))
            AssertSame(property.GetValue(expected), property.GetValue(actual), $"{path}.{property.Name}");
    }

    // Places and agreements say nothing about what runs, and stay out of releases.
    private static IEnumerable<PropertyInfo> Stored(Type type) => type.GetProperties().Where(p => p.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    /// <summary>Keeps the full model full when the model grows.</summary>
    private static void AssertSet(object? value, string path)
    {
        value.ShouldNotBeNull(path);
        if (value is string || value.GetType().IsPrimitive || value is TimeSpan or Enum)
            return;

        if (value is IEnumerable items)
        {
            foreach (var item in items)
                AssertSet(item, path + "[]");
            return;
        }

        foreach (var property in Stored(value.GetType()).Where(p => p.GetIndexParameters().Length == 0 && !p.GetMethod!.IsStatic))
            AssertSet(property.GetValue(value), $"{path}.{property.Name}");
    }
}

public sealed class ReleaseHashTests
{
    private static readonly string Commit = new('a', 40);

    [Fact]
    public void Compute_SameContent_SameHash() =>
        ReleaseHash.Compute(Models.Full(), Commit, Models.Images(("api", '1'))).ShouldBe(ReleaseHash.Compute(Models.Full(), Commit, Models.Images(("api", '1'))));

    [Fact]
    public void Compute_AnyPartDiffers_OtherHash()
    {
        var model = Models.Full();
        var images = Models.Images(("api", '1'));
        string[] hashes =
        [
            ReleaseHash.Compute(model, Commit, images),
            ReleaseHash.Compute(model, new string('b', 40), images),
            ReleaseHash.Compute(model, Commit, Models.Images(("api", '2'))),
            ReleaseHash.Compute(model with { Agreement = model.Agreement! with { Hash = new string('6', 64) } }, Commit, images),
            ReleaseHash.Compute(model with { Services = [model.Services[0] with { Replicas = 4 }] }, Commit, images),
        ];

        hashes.ShouldBeUnique();
    }

    [Fact]
    public void Compute_OtherReference_SameHash()
    {
        var images = Models.Images(("api", '1'));

        ReleaseHash.Compute(Models.Full(), Commit, images.SetItem("api", images["api"] with { Reference = "other" }))
            .ShouldBe(ReleaseHash.Compute(Models.Full(), Commit, images));
    }

    [Fact]
    public void Create_LongSubject_IsCutAndIdFollowsHash()
    {
        var release = ReleaseBuilder.Create(Models.Full(), Commit, new string('x', 500), Models.Images(("api", '1')), Models.Noon);

        release.Subject.Length.ShouldBe(120);
        release.Id.ShouldBe("r-" + release.ContentHash[..12]);
    }

    [Fact]
    public void Create_ServiceWithoutImage_Throws() =>
        Should.Throw<ArgumentException>(() => ReleaseBuilder.Create(Models.Full(), Commit, "s", ImmutableSortedDictionary<string, ReleaseImage>.Empty, Models.Noon));
}
