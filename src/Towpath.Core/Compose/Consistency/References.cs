using System.Collections.Frozen;
using Towpath.Core.Compose.Canonical;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Consistency;

/// <summary>Names by which services refer to each other and to resources.</summary>
internal sealed class References(YamlMapping model, FrozenSet<string> inactive, DiagnosticBag bag)
{
    private readonly YamlMapping? _services = model.Get("services") as YamlMapping;

    /// <summary>Tells of each name in a service that nothing has.</summary>
    public void Check(YamlMapping service)
    {
        // The default network is there without a declaration, which normalization writes down.
        CheckKeys(service.Get("networks"), "networks", "network", "default");
        CheckExtensions(service);
        CheckKeys(service.Get("models"), "models", "model");
        CheckItems(service.Get("configs"), "configs", "config");
        CheckItems(service.Get("secrets"), "secrets", "secret");
        CheckItems((service.Get("build") as YamlMapping)?.Get("secrets"), "secrets", "secret");
        foreach (var volume in Items(service.Get("volumes")))
        {
            if (Nodes.TextOf(volume.Get("type")) == "volume" && volume.Get("source") is YamlScalar { Value.Length: > 0 } source)
            {
                CheckName(source, "volumes", "volume");
            }
        }

        CheckDependencies(service);
        CheckContexts(service);
    }

    // Upstream takes such a key for the user's own, and no network is joined.
    private void CheckExtensions(YamlMapping service)
    {
        foreach (var entry in (service.Get("networks") as YamlMapping)?.Entries ?? [])
        {
            if (entry.Name.StartsWith("x-", StringComparison.Ordinal))
            {
                bag.Add(ConsistencyDiagnostics.ExtensionAsNetwork(entry.Key.Location, entry.Name));
            }
        }
    }

    private void CheckDependencies(YamlMapping service)
    {
        foreach (var entry in (service.Get("depends_on") as YamlMapping)?.Entries ?? [])
        {
            var isOptional = entry.Value is YamlMapping dependency && dependency.Get("required") is not null && !dependency.IsTrue("required");
            if (!(isOptional && inactive.Contains(entry.Name)))
            {
                CheckService(entry.Key, entry.Name);
            }
        }

        if (service.Get("network_mode") is YamlScalar { IsBroken: false } mode && mode.Value.StartsWith("service:", StringComparison.Ordinal))
        {
            CheckService(mode, mode.Value["service:".Length..]);
        }
    }

    private void CheckContexts(YamlMapping service)
    {
        foreach (var entry in ((service.Get("build") as YamlMapping)?.Get("additional_contexts") as YamlMapping)?.Entries ?? [])
        {
            if (entry.Value is not YamlScalar { IsBroken: false } context || !context.Value.StartsWith("service:", StringComparison.Ordinal))
            {
                continue;
            }

            var name = context.Value["service:".Length..];
            if (CheckService(context, name) is { } other && other.Get("build") is null)
            {
                bag.Add(ConsistencyDiagnostics.Impossible(
                    context.Location, name, "there is nothing to build, but another service builds on it", "give it `build`, or name its image as docker-image://IMAGE"));
            }
        }
    }

    private YamlMapping? CheckService(YamlScalar place, string name)
    {
        if (_services?.Entry(name) is { } entry)
        {
            return entry.Value as YamlMapping;
        }

        bag.Add(inactive.Contains(name)
            ? ConsistencyDiagnostics.Impossible(
                place.Location, name, "the profile is not active, but another service needs it", "activate its profile, or write `required: false`")
            : ValueDiagnostics.UndefinedReference(place.Location, "service", name, Names(_services)));
        return null;
    }

    private void CheckKeys(YamlNode? node, string section, string kind, string? known = null)
    {
        foreach (var entry in (node as YamlMapping)?.Entries ?? [])
        {
            if (entry.Name != known) CheckName(entry.Key, section, kind);
        }
    }

    private void CheckItems(YamlNode? node, string section, string kind)
    {
        foreach (var item in Items(node))
        {
            if (item.Get("source") is YamlScalar { IsBroken: false } source)
            {
                CheckName(source, section, kind);
            }
        }
    }

    private void CheckName(YamlScalar name, string section, string kind)
    {
        var declared = model.Get(section) as YamlMapping;
        if (!name.IsBroken && declared?.Entry(name.Value) is null)
        {
            bag.Add(ValueDiagnostics.UndefinedReference(name.Location, kind, name.Shown, Names(declared)));
        }
    }

    // Looking for a similar name in thousands, thousands of times, is of no use to anyone.
    private IEnumerable<string> Names(YamlMapping? declared) => bag.IsFull ? [] : (declared?.Entries ?? []).Take(1000).Select(entry => entry.Name);

    private static IEnumerable<YamlMapping> Items(YamlNode? node) => node is YamlSequence list ? list.Items.OfType<YamlMapping>() : [];
}
