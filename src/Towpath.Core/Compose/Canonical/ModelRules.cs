using Towpath.Core.Compose.Schema;
using Towpath.Core.Compose.ShortSyntax;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 12: keys of one resource that must or must not stand together.</summary>
internal static class ModelRules
{
    private static readonly string[] SecretSources = ["file", "environment"];
    private static readonly string[] ConfigSources = ["file", "environment", "content"];

    /// <summary>Tells of each resource that breaks one.</summary>
    public static void Check(YamlMapping model, DiagnosticBag bag)
    {
        var doubts = new Doubts(bag);
        foreach (var (key, volume) in Mappings(model, "volumes", doubts))
        {
            CheckExternal(key, volume, bag);
        }

        foreach (var (key, secret) in Mappings(model, "secrets", doubts))
        {
            CheckSources(key, secret, SecretSources, bag);
        }

        foreach (var (key, config) in Mappings(model, "configs", doubts))
        {
            CheckSources(key, config, ConfigSources, bag);
        }

        foreach (var (_, service) in Mappings(model, "services", doubts))
        {
            CheckService(service, bag);
        }
    }

    private static void CheckExternal(YamlScalar key, YamlMapping volume, DiagnosticBag bag)
    {
        if (!volume.IsTrue("external"))
        {
            return;
        }

        foreach (var entry in volume.Entries)
        {
            if (entry.Name is not ("name" or "external") && !entry.Name.StartsWith("x-", StringComparison.Ordinal))
            {
                bag.Add(ModelDiagnostics.ExternalAndMore(entry.Key.Location, key.Value, entry.Name));
            }
        }
    }

    private static void CheckSources(YamlScalar key, YamlMapping resource, string[] sources, DiagnosticBag bag)
    {
        var found = 0;
        foreach (var entry in resource.Entries)
        {
            if (Array.IndexOf(sources, entry.Name) >= 0 && ++found == 2)
            {
                bag.Add(ModelDiagnostics.SeveralSources(entry.Key.Location, key.Value, string.Join(", ", sources)));
            }
        }

        // A value that Towpath makes is one too: other tools want `environment` beside it.
        var isMade = (resource.Get("x-towpath") as YamlMapping)?.Get("generate") is not null;
        if (found == 0 && !isMade && resource.Entry("driver") is null && resource.Entry("external") is null)
        {
            bag.Add(ModelDiagnostics.NoSource(key.Location, key.Value, string.Join(", ", sources)));
        }
    }

    private static void CheckService(YamlMapping service, DiagnosticBag bag)
    {
        foreach (var port in Items(service.Get("ports")))
        {
            if (port.Get("host_ip") is YamlScalar { IsBroken: false } address && !PortSyntax.IsAddress(address.Value))
            {
                bag.Add(ModelDiagnostics.BadAddress(address.Location, "`host_ip`"));
            }
        }

        foreach (var volume in Items(service.Get("volumes")))
        {
            if (Nodes.TextOf(volume.Get("type")) == "bind" && volume.Entry("source") is null)
            {
                bag.Add(ModelDiagnostics.EmptyPath(volume.Location, "`source` of a mount of type bind"));
            }
        }

        foreach (var watch in Items((service.Get("develop") as YamlMapping)?.Get("watch")))
        {
            if (watch.Entry("path") is { Value: YamlScalar { Value.Length: 0, IsBroken: false } path })
            {
                bag.Add(ModelDiagnostics.EmptyPath(path.Location, "`path` of a watch"));
            }
        }

        CheckRequests(service.Get("gpus"), bag);
        var resources = (service.Get("deploy") as YamlMapping)?.Get("resources") as YamlMapping;
        CheckRequests((resources?.Get("reservations") as YamlMapping)?.Get("devices"), bag);
    }

    private static void CheckRequests(YamlNode? requests, DiagnosticBag bag)
    {
        foreach (var request in Items(requests))
        {
            if (request.Entry("count") is not null && request.Entry("device_ids") is { } ids)
            {
                bag.Add(ModelDiagnostics.CountAndIds(ids.Key.Location));
            }
        }
    }

    private static IEnumerable<(YamlScalar Key, YamlMapping Value)> Mappings(YamlMapping model, string section, Doubts doubts)
    {
        foreach (var entry in model.Get(section) is YamlMapping map ? map.Entries : [])
        {
            if (entry.Value is YamlMapping value && !doubts.About(entry))
            {
                yield return (entry.Key, value);
            }
        }
    }

    private static IEnumerable<YamlMapping> Items(YamlNode? node) => node is YamlSequence list ? list.Items.OfType<YamlMapping>() : [];
}
