using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>
/// Names beside their own by which services are called in a cluster: <c>container_name</c>, aliases in networks, and what links of others call
/// them. There each is a name in the whole namespace, so each leads to one service.
/// </summary>
internal sealed class ClusterNames(ProjectReading project)
{
    private const int LongestName = 63;
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _found = new(StringComparer.Ordinal);

    /// <summary>The services with their names.</summary>
    /// <param name="services">All services, read.</param>
    /// <param name="entries">The same in the file.</param>
    public ImmutableArray<Service> Apply(ImmutableArray<Service> services, ImmutableArray<YamlEntry> entries)
    {
        if (!project.ForKubernetes)
        {
            return services;
        }

        foreach (var service in services)
        {
            _owners[service.Name] = service.Name;
            _found[service.Name] = [];
        }

        foreach (var entry in entries.Where(e => _found.ContainsKey(e.Name)))
        {
            Collect(entry.Name, (YamlMapping)entry.Value);
        }

        return [.. services.Select(s => s with { Cluster = s.Cluster! with { Aliases = [.. _found[s.Name]] } })];
    }

    private void Collect(string service, YamlMapping node)
    {
        // Compose calls it by this name too, but hardly anybody does: a name that a cluster can't have is no reason to stop.
        if (node.Get("container_name") is YamlScalar { IsBroken: false } container)
        {
            if (Names.IsLabel(container.Value, LongestName))
            {
                Add(service, container, container.Value);
            }
            else
            {
                project.NoEffectInCluster(container, container.Shown, "container_name", Rule);
            }
        }

        foreach (var network in (node.Get("networks") as YamlMapping)?.Entries ?? [])
        {
            foreach (var alias in project.Values.Items((network.Value as YamlMapping)?.Get("aliases"), "aliases").OfType<YamlScalar>())
            {
                Name(service, alias, alias.Value, "aliases");
            }
        }

        foreach (var link in project.Values.Items(node.Get("links"), "links").OfType<YamlScalar>())
        {
            if (link.Value.Split(':') is [var target, var alias] && _found.ContainsKey(target))
            {
                Name(target, link, alias, "links");
            }
        }
    }

    private void Name(string service, YamlScalar place, string name, string key)
    {
        if (Names.IsLabel(name, LongestName))
        {
            Add(service, place, name);
        }
        else
        {
            project.NotInCluster(place, name, key, Rule);
        }
    }

    private void Add(string service, YamlScalar place, string name)
    {
        if (!_owners.TryAdd(name, service))
        {
            if (_owners[name] != service)
            {
                project.Bag.Add(ClusterDiagnostics.NameTaken(place.Location, place.Template ?? name, service, _owners[name]));
            }

            return;
        }

        _found[service].Add(name);
    }

    private static string Rule => "a name in a cluster has " + Names.LabelRule(LongestName);
}
