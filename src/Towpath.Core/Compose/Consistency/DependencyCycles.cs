using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Consistency;

/// <summary>Services that wait for each other.</summary>
internal static class DependencyCycles
{
    private enum Visit
    {
        Open,
        Done,
    }

    /// <summary>Tells of each circle once, with the way around it.</summary>
    public static void Check(YamlMapping? services, DiagnosticBag bag)
    {
        var visits = new Dictionary<string, Visit>(StringComparer.Ordinal);
        foreach (var entry in services?.Entries ?? [])
        {
            Follow(services!, entry.Name, visits, bag);
        }
    }

    // Not recursive: a chain may be as long as there are services.
    private static void Follow(YamlMapping services, string first, Dictionary<string, Visit> visits, DiagnosticBag bag)
    {
        if (!visits.TryAdd(first, Visit.Open))
        {
            return;
        }

        var way = new List<(string Name, int Next)> { (first, 0) };
        while (way.Count > 0)
        {
            var (name, next) = way[^1];
            var dependencies = Dependencies(services, name);
            if (next >= dependencies.Length)
            {
                visits[name] = Visit.Done;
                way.RemoveAt(way.Count - 1);
                continue;
            }

            way[^1] = (name, next + 1);
            var dependency = dependencies[next];
            if (visits.TryAdd(dependency.Name, Visit.Open))
            {
                way.Add((dependency.Name, 0));
            }
            else if (visits[dependency.Name] == Visit.Open)
            {
                var start = way.FindIndex(step => step.Name == dependency.Name);
                bag.Add(ValueDiagnostics.DependencyCycle(dependency.Key.Location, [.. way.Skip(start).Select(step => step.Name), dependency.Name]));
            }
        }
    }

    private static ReadOnlySpan<YamlEntry> Dependencies(YamlMapping services, string name) =>
        (services.Get(name) as YamlMapping)?.Get("depends_on") is YamlMapping dependencies ? dependencies.Entries.AsSpan() : [];
}
