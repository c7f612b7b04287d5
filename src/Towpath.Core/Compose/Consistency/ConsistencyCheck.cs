using System.Collections.Frozen;
using Towpath.Core.Compose.Canonical;
using Towpath.Core.Compose.Schema;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Consistency;

/// <summary>Phase 16: references, cycles, keys that exclude each other across resources.</summary>
internal static class ConsistencyCheck
{
    /// <summary>Tells of each contradiction.</summary>
    /// <param name="model">In canonical form, active services only.</param>
    /// <param name="inactive">Services of inactive profiles: an optional dependency on one is fine.</param>
    /// <param name="bag">Where problems go.</param>
    public static void Check(YamlMapping model, FrozenSet<string> inactive, DiagnosticBag bag)
    {
        var doubts = new Doubts(bag);
        if (doubts.AreElsewhere(model))
        {
            return;
        }

        var services = model.Get("services") as YamlMapping;
        // A name that nothing has is wrong whatever else is: only what stands on a wrong line is left out.
        var names = new DiagnosticBag(bag);
        var references = new References(model, inactive, names);
        foreach (var entry in services?.Entries ?? [])
        {
            if (entry.Value is not YamlMapping service)
            {
                continue;
            }

            references.Check(service);
            if (!doubts.About(entry))
            {
                ServiceConsistency.Check(entry.Key, service, bag);
            }
        }

        bag.AddRange(names);
        CheckSecrets(model, bag, doubts);
        DependencyCycles.Check(services, bag);
    }

    private static void CheckSecrets(YamlMapping model, DiagnosticBag bag, Doubts doubts)
    {
        foreach (var entry in (model.Get("secrets") as YamlMapping)?.Entries ?? [])
        {
            if (entry.Value is YamlMapping secret && !doubts.About(entry) && !secret.IsTrue("external") && IsEmpty(secret, "file") && IsEmpty(secret, "environment") && secret.Entry("driver") is not null)
            {
                bag.Add(ConsistencyDiagnostics.SecretWithoutSource(entry.Key.Location, entry.Name));
            }
        }
    }

    private static bool IsEmpty(YamlMapping mapping, string key) => string.IsNullOrEmpty(Nodes.TextOf(mapping.Get(key)));
}
