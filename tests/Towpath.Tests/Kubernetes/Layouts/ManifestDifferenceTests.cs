using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Tests.Kubernetes.Layouts;

public sealed class ManifestDifferenceTests
{
    [Fact]
    public void Between_TheSame_HasNoSteps() =>
        ManifestDifference.Between(new ManifestMap { { "a", 1 }, { "b", "x" } }, new ManifestMap { { "b", "x" }, { "a", 1 } }).ShouldBeEmpty();

    [Fact]
    public void Between_KeysWithSlashesAndTildes_EscapesThem() =>
        Steps(new ManifestMap { { "app/x~y", "1" } }, new ManifestMap { { "app/x~y", "2" } }).ShouldBe(["replace /app~1x~0y"]);

    [Fact]
    public void Between_ANumberAndTheSameDigitsAsText_Replaces() =>
        Steps(new ManifestMap { { "a", 1 } }, new ManifestMap { { "a", "1" } }).ShouldBe(["replace /a"]);

    [Fact]
    public void Between_AnItemInTheMiddle_AddsThatItemOnly() =>
        Steps(ManifestList.Of(["a", "b", "c"]), ManifestList.Of(["a", "x", "b", "c"])).ShouldBe(["add /1"]);

    [Fact]
    public void Between_SeveralItemsThatGo_RemovesTheLastFirst() =>
        Steps(ManifestList.Of(["a", "b", "c", "d"]), ManifestList.Of(["a", "d"])).ShouldBe(["remove /2", "remove /1"]);

    [Fact]
    public void Between_AnythingAndAnythingElse_LeadsThereExactly()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (from, to) = (Any(random, 3), Any(random, 3));
            var wrapped = (new ManifestMap { { "root", from } }, new ManifestMap { { "root", to } });
            var applied = Json(wrapped.Item1);
            foreach (var step in ManifestDifference.Between(wrapped.Item1, wrapped.Item2))
            {
                Apply(applied, step);
            }

            Sorted(applied).ShouldBe(Sorted(Json(wrapped.Item2)), $"seed {seed}");
        }
    }

    private static IEnumerable<string> Steps(ManifestNode from, ManifestNode to) => ManifestDifference.Between(from, to).Select(s => $"{s.Operation} {s.Path}");

    private static ManifestNode Any(Random random, int depth)
    {
        switch (depth == 0 ? 0 : random.Next(4))
        {
            case 1:
                var map = new ManifestMap();
                foreach (var key in new[] { "a", "b/c", "d~e", "f" }.Where(_ => random.Next(2) == 0))
                {
                    map.Add(key, Any(random, depth - 1));
                }

                return map;
            case 2:
                return new ManifestList(Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth - 1)));
            default:
                return random.Next(3) switch { 0 => (ManifestNode)random.Next(2), 1 => random.Next(2) == 0, _ => (ManifestNode)$"t{random.Next(3)}" };
        }
    }

    private static JsonNode Json(ManifestNode node) => YamlValue.Of(ManifestText.Yaml(node))!;

    // An own reading of RFC 6902, so that not the code that is tested says what a step means.
    private static void Apply(JsonNode root, PatchStep step)
    {
        var parts = step.Path.Split('/').Skip(1).Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
        var parent = parts.SkipLast(1).Aggregate(root, (node, part) => node is JsonArray list ? list[Index(part)]! : node[part]!);
        var value = step.Value is null ? null : Json(step.Value);
        switch (parent, step.Operation)
        {
            case (JsonArray list, "add"): list.Insert(Index(parts[^1]), value); break;
            case (JsonArray list, "remove"): list.RemoveAt(Index(parts[^1])); break;
            case (JsonArray list, _): list[Index(parts[^1])] = value; break;
            case (JsonObject map, "remove"): map.Remove(parts[^1]).ShouldBeTrue(step.Path); break;
            case (JsonObject map, "add"): map.Add(parts[^1], value); break;
            default: parent[parts[^1]].ShouldNotBeNull(step.Path); parent[parts[^1]] = value; break;
        }
    }

    private static int Index(string part) => int.Parse(part, CultureInfo.InvariantCulture);

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(',', map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}:{Sorted(e.Value)}")) + "}",
        JsonArray list => "[" + string.Join(',', list.Select(Sorted)) + "]",
        _ => node?.ToJsonString() ?? "null",
    };
}
