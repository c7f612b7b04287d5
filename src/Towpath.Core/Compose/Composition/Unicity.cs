using System.Collections.Immutable;
using Towpath.Core.Compose.ShortSyntax;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>
/// Phase 8: in lists whose items have a key (a mount its target, a variable its name) the later of two takes the place of the earlier.
/// An item without a key is told and left out.
/// </summary>
internal static class Unicity
{
    /// <summary>The same model with each key once.</summary>
    public static YamlMapping Apply(YamlMapping model, DiagnosticBag bag) => Mapping(model, MergeRules.Unique, bag);

    private static YamlMapping Mapping(YamlMapping map, PathTable<UniqueBy> places, DiagnosticBag bag)
    {
        ImmutableArray<YamlEntry>.Builder? changed = null;
        for (var i = 0; i < map.Entries.Length; i++)
        {
            var entry = map.Entries[i];
            if (places.Below(entry.Name) is not { } below)
            {
                continue;
            }

            YamlNode value = entry.Value switch
            {
                YamlMapping inner => Mapping(inner, below, bag),
                YamlSequence list when below.Value != UniqueBy.Nothing => List(list, below.Value, entry.Name, bag),
                var other => other,
            };
            if (!ReferenceEquals(value, entry.Value))
            {
                changed ??= map.Entries.ToBuilder();
                changed[i] = entry.With(value);
            }
        }

        return changed is null ? map : map.With(changed.MoveToImmutable());
    }

    private static YamlSequence List(YamlSequence list, UniqueBy by, string name, DiagnosticBag bag)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>(list.Items.Length);
        var places = new Dictionary<string, int>(list.Items.Length, StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            if (KeyOf(item, by) is not { } key)
            {
                if (item is not YamlScalar { IsBroken: true })
                {
                    bag.Add(CompositionDiagnostics.ItemWithoutKey(item.Location, name, Missing(item, by), item.Kind));
                }
            }
            else if (places.TryGetValue(key, out var place))
            {
                items[place] = item;
            }
            else
            {
                places.Add(key, items.Count);
                items.Add(item);
            }
        }

        return items.Count == list.Items.Length ? list : list.With(items.ToImmutable());
    }

    // What tells the item apart, or null where it has nothing.
    private static string? KeyOf(YamlNode item, UniqueBy by) => by switch
    {
        UniqueBy.Name => item is YamlScalar { Type: YamlType.Text } text ? MergeText.NameOf(text.Value) : null,
        UniqueBy.Value => (item as YamlScalar)?.Value,
        UniqueBy.VolumeTarget => item is YamlMapping ? TextOf(item, "target") : item is YamlScalar volume ? VolumeTarget(volume.Value) : "",
        UniqueBy.DeviceTarget => item is YamlMapping ? TextOf(item, "target") : item is YamlScalar device ? DeviceTarget(device.Value) : "",
        UniqueBy.SecretTarget => MountTarget(item, "/run/secrets/"),
        UniqueBy.ConfigTarget => MountTarget(item, "/"),
        UniqueBy.File => item is YamlMapping ? TextOf(item, "path") : item is YamlScalar file ? file.Value : "",
        _ => Port(item),
    };

    private static string Missing(YamlNode item, UniqueBy by) => (item, by) switch
    {
        (YamlMapping, UniqueBy.File) => "a `path`",
        (YamlMapping, UniqueBy.VolumeTarget or UniqueBy.DeviceTarget or UniqueBy.Port) => "a `target`",
        (_, UniqueBy.SecretTarget or UniqueBy.ConfigTarget) => "text or a mapping",
        _ => "text",
    };

    private static string? TextOf(YamlNode item, string key) => ((item as YamlMapping)?.Get(key) as YamlScalar)?.Value;

    private static string VolumeTarget(string text) => VolumeSyntax.Parse(text, out _)?.Target ?? text;

    private static string DeviceTarget(string text) => text.Split(':') is [_, var target, ..] ? target : text;

    private static string? MountTarget(YamlNode item, string folder) => item switch
    {
        YamlScalar scalar => folder + scalar.Value,
        YamlMapping => TextOf(item, "target") ?? folder + TextOf(item, "source"),
        _ => null,
    };

    private static string? Port(YamlNode item) => item switch
    {
        YamlScalar scalar => scalar.Value,
        YamlMapping => TextOf(item, "target") is { } target
            ? $"{TextOf(item, "host_ip") ?? "0.0.0.0"}:{TextOf(item, "published")}:{target}/{TextOf(item, "protocol") ?? "tcp"}"
            : null,
        _ => "",
    };
}
