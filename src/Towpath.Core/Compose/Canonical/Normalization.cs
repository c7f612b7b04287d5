using System.Collections.Immutable;
using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 14: what Compose takes for granted is written down: the default network, dependencies that other keys imply, names of resources.</summary>
internal static class Normalization
{
    private static readonly string[] Namespaces = ["network_mode", "ipc", "pid", "uts", "cgroup"];
    private static readonly string[] Named = ["networks", "volumes", "configs", "secrets"];

    /// <summary>The same model, normalised.</summary>
    /// <param name="model">In canonical form with its defaults.</param>
    /// <param name="projectName">What names of resources begin with.</param>
    /// <param name="variables">Where build arguments without a value find one.</param>
    public static YamlMapping Apply(YamlMapping model, string projectName, IReadOnlyDictionary<string, string> variables)
    {
        var usesDefault = false;
        model = model.Replace("services", services => services is not YamlMapping all ? services : all.ReplaceAll(entry =>
        {
            if (entry.Value is not YamlMapping service)
            {
                return entry.Value;
            }

            service = OnNetwork(service);
            usesDefault |= (service.Get("networks") as YamlMapping)?.Entry("default") is not null;
            return OfService(service, variables);
        }));
        if (usesDefault)
        {
            model = model.WithDefault("networks", static at => Nodes.Map(at));
            model = model.Replace("networks", static networks => networks is YamlMapping all && all.Entry("default") is null ? all.With("default", Nodes.Map(all)) : networks);
        }

        foreach (var kind in Named)
        {
            model = model.Replace(kind, resources => resources is YamlMapping all ? all.ReplaceAll(entry => WithName(entry, projectName)) : resources);
        }

        return model;
    }

    private static YamlMapping OnNetwork(YamlMapping service)
    {
        var joins = service.Entry("provider") is null
            && service.Entry("network_mode") is null
            && service.Get("networks") is null or YamlMapping { Entries.Length: 0 };
        return joins ? service.With("networks", Nodes.Map(service, ("default", Nodes.Null(service)))) : service;
    }

    private static YamlMapping OfService(YamlMapping service, IReadOnlyDictionary<string, string> variables)
    {
        service = service
            .Replace("pull_policy", static policy => Nodes.TextOf(policy) == "if_not_present" ? Nodes.Text(policy, "missing") : policy)
            .Replace("build", node => node is YamlMapping build ? OfBuild(build, variables) : node)
            .Replace("pre_start", node => node is YamlSequence hooks && service.Get("image") is { } image
                ? hooks.ReplaceAll(item => item is YamlMapping hook ? hook.WithDefault("image", _ => image) : item)
                : node)
            .Replace("volumes", static node => node is YamlSequence volumes
                ? volumes.ReplaceAll(static item => item is YamlMapping volume ? volume.Replace("target", CleanPath) : item)
                : node);
        return WithDependencies(service);
    }

    private static YamlMapping OfBuild(YamlMapping build, IReadOnlyDictionary<string, string> variables)
    {
        build = build.Get("dockerfile_inline") is null ? build.WithDefault("dockerfile", static at => Nodes.Text(at, "Dockerfile")) : build;
        return build.Replace("args", node => node is YamlMapping args && args.Entries.Any(arg => arg.Value.IsNull)
            ? args.With([.. args.Entries.Where(arg => !arg.Value.IsNull || variables.ContainsKey(arg.Name)).Select(arg => ServiceEnvironments.Resolved(arg, variables))])
            : node);
    }

    private static YamlNode CleanPath(YamlNode node)
    {
        if (node is not YamlScalar { IsBroken: false } path)
        {
            return node;
        }

        var clean = UnixPath.Clean(path.Value);
        return clean == path.Value ? node : Nodes.Text(node, clean);
    }

    private static YamlMapping WithDependencies(YamlMapping service)
    {
        ImmutableArray<YamlEntry>.Builder? added = null;
        var known = service.Get("depends_on") as YamlMapping;
        foreach (var (at, name, restart) in Implied(service))
        {
            if (known?.Entry(name) is null && added?.Any(entry => entry.Name == name) != true)
            {
                (added ??= ImmutableArray.CreateBuilder<YamlEntry>()).Add(Nodes.Entry(at, name, ListForms.Dependency(at, restart)));
            }
        }

        return added is null ? service : service.With("depends_on", (known ?? Nodes.Map(service)).With([.. known?.Entries ?? [], .. added]));
    }

    private static IEnumerable<(YamlNode At, string Name, bool Restart)> Implied(YamlMapping service)
    {
        foreach (var link in Texts(service.Get("links")))
        {
            var parts = link.Value.Split(':');
            yield return (link, parts.Length == 2 ? parts[0] : link.Value, true);
        }

        foreach (var key in Namespaces)
        {
            if (service.Get(key) is YamlScalar space && space.Value.StartsWith("service:", StringComparison.Ordinal))
            {
                yield return (space, space.Value["service:".Length..], true);
            }
        }

        foreach (var volume in Texts(service.Get("volumes_from")))
        {
            if (!volume.Value.StartsWith("container:", StringComparison.Ordinal))
            {
                yield return (volume, volume.Value.Split(':')[0], false);
            }
        }
    }

    private static IEnumerable<YamlScalar> Texts(YamlNode? node) => node is YamlSequence list ? list.Items.OfType<YamlScalar>() : [];

    private static YamlNode WithName(YamlEntry entry, string projectName)
    {
        var resource = entry.Value as YamlMapping ?? (entry.Value.IsNull ? Nodes.Map(entry.Value) : null);
        return resource is null
            ? entry.Value
            : resource.WithDefault("name", at => Nodes.Text(at, resource.IsTrue("external") ? entry.Name : $"{projectName}_{entry.Name}"));
    }
}
