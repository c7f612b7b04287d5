using System.Text.Json;

namespace Towpath.Tests;

/// <summary>Third-party conformance data. It lies outside the repository; tests that need it are skipped where it is absent.</summary>
internal static class Corpora
{
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("TOWPATH_CORPORA") ?? Path.GetFullPath(RepositoryRoot.Combine("..", "shared", "corpora"));

    public static void Require() =>
        Assert.SkipUnless(Directory.Exists(Folder), $"no conformance corpora at {Folder}; set TOWPATH_CORPORA to their folder");

    public static List<JsonElement> Cases(string set) => [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, set, set + ".json"))).RootElement.EnumerateArray()];

    public static Dictionary<string, string> Strings(JsonElement map) =>
        map.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);

    /// <summary>Runs all projects of a set like <see cref="Hold(string, IEnumerable{JsonElement}, double, Func{JsonElement, string?})"/>.</summary>
    public static void HoldFolders(string set, double floor, Func<string, string?> run) =>
        Hold(
            set,
            [
                .. Directory.GetDirectories(Path.Combine(Folder, set))
                    .Where(folder => File.Exists(Path.Combine(folder, "case.json")))
                    .Select(folder => (Path.GetFileName(folder), run(folder))),
            ],
            floor);

    /// <summary>Runs all cases, writes the share that passes with the first failures, and holds the share to a floor.</summary>
    public static void Hold(string set, IEnumerable<JsonElement> cases, double floor, Func<JsonElement, string?> run) =>
        Hold(set, [.. cases.Select(c => (c.GetProperty("id").GetString()!, run(c)))], floor);

    private static void Hold(string set, List<(string Id, string? Failure)> outcomes, double floor)
    {
        var passed = outcomes.Count(o => o.Failure is null);
        var share = 100.0 * passed / outcomes.Count;
        var failures = outcomes.Where(o => o.Failure is not null).Select(o => $"  {o.Id}: {o.Failure}").ToList();
        var text = $"{set}: {passed} of {outcomes.Count} pass ({share:F1} %)\n{string.Join('\n', failures)}";
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        share.ShouldBeGreaterThanOrEqualTo(floor, text);
    }
}
