using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 15: services of inactive profiles are left out.</summary>
internal static class ServiceSelection
{
    /// <summary>The same model with active services only, and the names of the others.</summary>
    /// <param name="model">In canonical form.</param>
    /// <param name="profiles">Active ones; <c>*</c> for all.</param>
    public static (YamlMapping Model, FrozenSet<string> Inactive) Apply(YamlMapping model, ImmutableArray<string> profiles)
    {
        if (model.Get("services") is not YamlMapping services || profiles.Contains("*"))
        {
            return (model, FrozenSet<string>.Empty);
        }

        var inactive = services.Entries.Where(entry => !IsActive(entry.Value, profiles)).Select(entry => entry.Name).ToFrozenSet(StringComparer.Ordinal);
        return inactive.Count == 0
            ? (model, inactive)
            : (model.With("services", services.With(services.Entries.RemoveAll(entry => inactive.Contains(entry.Name)))), inactive);
    }

    private static bool IsActive(YamlNode service, ImmutableArray<string> profiles)
    {
        if ((service as YamlMapping)?.Get("profiles") is not YamlSequence { Items.Length: > 0 } own)
        {
            return true;
        }

        foreach (var profile in own.Items)
        {
            if (Nodes.TextOf(profile) is { } name && profiles.Contains(name))
            {
                return true;
            }
        }

        return false;
    }
}
