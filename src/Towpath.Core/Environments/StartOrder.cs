using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>The order in which services start: dependencies first, names in order where the graph leaves a choice.</summary>
internal static class StartOrder
{
    /// <summary>The order. In a cycle, which is refused when the Compose file is read, the first by name begins.</summary>
    /// <param name="services">All services, each name once.</param>
    /// <param name="dependencies">Names that a service depends on; asked once for each service. Those that are not there are passed over.</param>
    public static IEnumerable<Service> Of(ImmutableArray<Service> services, Func<Service, IEnumerable<string>> dependencies)
    {
        var byName = services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var missing = byName.Keys.ToDictionary(name => name, _ => 0, StringComparer.Ordinal);
        var dependents = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            foreach (var name in dependencies(service).Where(byName.ContainsKey).Distinct(StringComparer.Ordinal))
            {
                missing[service.Name]++;
                (dependents.TryGetValue(name, out var list) ? list : dependents[name] = []).Add(service.Name);
            }
        }

        var rest = new SortedSet<string>(byName.Keys, StringComparer.Ordinal);
        var ready = new SortedSet<string>(rest.Where(name => missing[name] == 0), StringComparer.Ordinal);
        while (rest.Count > 0)
        {
            var next = ready.Min ?? rest.Min!;
            rest.Remove(next);
            ready.Remove(next);
            foreach (var name in dependents.GetValueOrDefault(next) ?? [])
            {
                if (--missing[name] == 0 && rest.Contains(name))
                {
                    ready.Add(name);
                }
            }

            yield return byName[next];
        }
    }
}
