using System.Collections.Immutable;
using Towpath.Core.Compose.ShortSyntax;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>The canonical form of values that are lists, or may be written as one.</summary>
internal sealed class ListForms(DiagnosticBag bag, bool isInterpolated)
{
    /// <summary>A single text as a list of one.</summary>
    public static YamlNode One(YamlNode node) => node is YamlScalar ? Nodes.List(node, [node]) : node;

    /// <summary>The same, and empty texts left out.</summary>
    public static YamlNode OneNotEmpty(YamlNode node) => One(node) is not YamlSequence list || !list.Items.Any(IsEmpty)
        ? One(node)
        : Nodes.List(list, list.Items.RemoveAll(IsEmpty));

    /// <summary>A list of names as a mapping without values.</summary>
    public static YamlNode Names(YamlNode node) => FromNames(node, Nodes.Null);

    /// <summary>A list of services as a mapping to conditions; <c>required</c> unless it says not.</summary>
    public static YamlNode Dependencies(YamlNode node) => node is YamlMapping map
        ? map.ReplaceAll(static entry => entry.Value is YamlMapping dependency ? dependency.WithDefault("required", static at => Nodes.Plain(at, "true")) : entry.Value)
        : FromNames(node, static name => Dependency(name, restart: false));

    /// <summary>What a service depends on that another key implies.</summary>
    public static YamlMapping Dependency(YamlNode at, bool restart) => Nodes.Map(
        at,
        ("condition", Nodes.Text(at, "service_started")),
        ("restart", restart ? Nodes.Plain(at, "true") : null),
        ("required", Nodes.Plain(at, "true")));

    /// <summary>Paths of files of variables as mappings.</summary>
    public static YamlNode EnvFiles(YamlNode node) => Each(One(node), static path => Nodes.Map(path, ("path", path)));

    /// <summary>Names of secrets or configs as mappings.</summary>
    public static YamlNode FileMounts(YamlNode node) => Each(node, static name => Nodes.Map(name, ("source", name)));

    /// <summary><c>gpus: all</c> as a list of one request.</summary>
    public static YamlNode Gpus(YamlNode node) => node is YamlScalar
        ? Nodes.List(node, [Nodes.Map(node, ("count", Nodes.Text(node, "all")))])
        : DeviceRequests(node);

    /// <summary>Options of requests as pairs.</summary>
    public static YamlNode DeviceRequests(YamlNode node) => node is YamlSequence list
        ? list.ReplaceAll(static item => item is YamlMapping request ? request.Replace("options", Pairs.Labels) : item)
        : node;

    /// <summary>A health check as words: a text is for the shell.</summary>
    public static YamlNode Test(YamlNode node) => node is YamlScalar ? Nodes.List(node, [Nodes.Text(node, "CMD-SHELL"), node]) : node;

    /// <summary>Options of a provider, each a list.</summary>
    public static YamlNode OptionLists(YamlNode node) => node is YamlMapping options ? options.ReplaceAll(static option => One(option.Value)) : node;

    /// <summary>A command line as its words.</summary>
    public YamlNode Command(YamlNode node)
    {
        if (node is not YamlScalar { IsBroken: false } text)
        {
            return node;
        }

        if (ShellWords.TrySplit(text.Value) is { } words)
        {
            return Nodes.List(node, [.. words.Select(word => Nodes.Text(node, word))]);
        }

        bag.Add(ValueDiagnostics.BadCommand(node.Location, "this", "a quote is never closed"));
        return Nodes.List(node, []);
    }

    /// <summary>Variables as pairs.</summary>
    public YamlNode Environment(YamlNode node)
    {
        var variables = Pairs.Variables(node);
        foreach (var entry in variables is YamlMapping map ? map.Entries : [])
        {
            if (entry.Name.Length > 0 && char.IsWhiteSpace(entry.Name[^1]))
            {
                bag.Add(ModelDiagnostics.TrailingSpace(entry.Key.Location, entry.Name.TrimEnd()));
            }
        }

        return variables;
    }

    /// <summary>Hosts as a mapping of names to lists of addresses.</summary>
    public YamlNode Hosts(YamlNode node)
    {
        var hosts = ImmutableArray.CreateBuilder<YamlEntry>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, addresses) in node switch
        {
            YamlMapping map => map.Entries.Select(entry => (entry.Key, One(entry.Value))),
            YamlSequence list => list.Items.OfType<YamlScalar>().Where(item => !item.IsBroken).Select(ParseHost),
            _ => [],
        })
        {
            if (addresses is not YamlSequence parts)
            {
                continue;
            }

            if (name.Value.Length == 0 || name.Value.AsSpan().ContainsAny('=', ':'))
            {
                bag.Add(ModelDiagnostics.BadHost(name.Location));
                continue;
            }

            parts = parts.ReplaceAll(static part => part is YamlScalar { Value: ['[', .. { Length: > 0 } inner, ']'] } ? Nodes.Text(part, inner) : part);
            if (places.TryAdd(name.Value, hosts.Count))
            {
                hosts.Add(new YamlEntry(name, parts));
            }
            else
            {
                var known = hosts[places[name.Value]];
                hosts[places[name.Value]] = known with { Value = Nodes.List(node, [.. ((YamlSequence)known.Value).Items, .. parts.Items]) };
            }
        }

        return new YamlMapping(node.Source, node.Span, hosts.ToImmutable());
    }

    /// <summary>Devices as mappings.</summary>
    public YamlNode Devices(YamlNode node) => Each(node, text =>
    {
        var parts = text.Value.Split(':');
        if (parts.Length > 3)
        {
            bag.Add(ModelDiagnostics.BadDevice(text.Location));
        }

        return Nodes.Map(
            text,
            ("source", Nodes.Text(text, parts[0])),
            ("target", Nodes.Text(text, parts.Length > 1 ? parts[1] : parts[0])),
            ("permissions", Nodes.Text(text, parts.Length > 2 ? parts[2] : "rwm")));
    });

    /// <summary>Mounts as mappings.</summary>
    public YamlNode Volumes(YamlNode node) => Each(node, text =>
    {
        if (VolumeSyntax.Parse(text.Value, out var problem) is { } volume)
        {
            return volume.ToNode(text);
        }

        if (!IsTemplate(text))
        {
            bag.Add(ValueDiagnostics.BadMount(text.Location, text.Shown, problem!));
        }

        return text;
    });

    /// <summary>Ports as mappings; a range of container ports becomes one mapping each.</summary>
    public YamlNode Ports(YamlNode node)
    {
        if (node is not YamlSequence list || !list.Items.Any(item => item is YamlScalar { IsBroken: false }))
        {
            return node;
        }

        var ports = ImmutableArray.CreateBuilder<YamlNode>(list.Items.Length);
        foreach (var item in list.Items)
        {
            if (item is not YamlScalar { IsBroken: false } text)
            {
                ports.Add(item);
                continue;
            }

            var parsed = PortSyntax.Parse(text.Value, out var problem);
            foreach (var port in parsed)
            {
                ports.Add(port.ToNode(text));
            }

            if (problem is not null && IsTemplate(text))
            {
                ports.Add(text);
            }
            else if (problem is not null)
            {
                bag.Add(ValueDiagnostics.BadPort(text.Location, text.Shown, problem));
            }
        }

        return Nodes.List(list, ports.ToImmutable());
    }

    private static YamlNode Each(YamlNode node, Func<YamlScalar, YamlNode> form) =>
        node is YamlSequence list ? list.ReplaceAll(item => item is YamlScalar { IsBroken: false } scalar ? form(scalar) : item) : node;

    private static YamlNode FromNames(YamlNode node, Func<YamlScalar, YamlNode> value)
    {
        if (node is not YamlSequence list)
        {
            return node;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new YamlMapping(
            list.Source,
            list.Span,
            [.. list.Items.OfType<YamlScalar>().Where(name => seen.Add(name.Value)).Select(name => new YamlEntry(name, value(name)))]);
    }

    private static (YamlScalar Name, YamlNode Addresses) ParseHost(YamlScalar item)
    {
        var text = item.Value;
        var separator = text.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? equals : text.IndexOf(':', StringComparison.Ordinal);
        return separator < 0
            ? (Nodes.Text(item, ""), Nodes.List(item, []))
            : (Nodes.Plain(item, text[..separator]), Nodes.List(item, [.. text[(separator + 1)..].Split(',').Select(address => Nodes.Text(item, address))]));
    }

    private bool IsTemplate(YamlScalar text) => !isInterpolated && text.Value.Contains('$');

    private static bool IsEmpty(YamlNode node) => node is YamlScalar { Value.Length: 0 } || node.IsNull;
}
