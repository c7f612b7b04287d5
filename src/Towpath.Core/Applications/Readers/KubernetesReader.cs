using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Compose;
using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>kubernetes:</c> of an environment.</summary>
/// <param name="project">What is read.</param>
/// <param name="volumes">Names of the Compose file's volumes.</param>
/// <param name="secrets">Names of its secrets.</param>
internal sealed class KubernetesReader(ProjectReading project, ImmutableArray<string> volumes, ImmutableArray<string> secrets)
{
    private const int LongestLabel = 63;
    private const int LeastQuota = 100;
    private const int MostQuota = 10_000;
    private const int MostLabels = 20;
    private static readonly KeyTable Keys = new(
        "kubernetes", "context namespace entry class gateway host tls registry pull-secret wait-image proxy-image storage quota entry-namespace delivery git");

    private static readonly KeyTable TlsKeys = new("tls of kubernetes", "secret issuer");
    private static readonly KeyTable StorageKeys = new("storage", "class size volumes");
    private static readonly KeyTable VolumeKeys = new("a volume of storage", "size class");
    private static readonly string[] Reserved = ["kube-system", "kube-public", "kube-node-lease"];
    private readonly NodeReader _values = project.Values;
    private readonly GitDeliveryReader _delivery = new(project, secrets);

    /// <summary>What stands there; null where there is nothing.</summary>
    public KubernetesSpec? Read(YamlEntry? entry)
    {
        if (entry is null || entry.Value.IsNull || _values.Mapping(entry.Value, Keys) is not { } node)
        {
            return null;
        }

        var spec = KubernetesSpec.Default with
        {
            Context = _values.NonEmpty(node.Get("context"), "context"),
            Namespace = Namespace(node.Get("namespace")),
            Entry = Entry(node.Get("entry")),
            EntryClass = Name(node.Get("class"), "a class"),
            Gateway = Gateway(node.Get("gateway")),
            Host = Host(node.Get("host")),
            Registry = Registry(node.Get("registry")),
            PullSecret = Name(node.Get("pull-secret"), "the name of a secret"),
            WaitImage = _values.NonEmpty(node.Get("wait-image"), "wait-image"),
            ProxyImage = _values.NonEmpty(node.Get("proxy-image"), "proxy-image"),
            QuotaPercent = Quota(node.Get("quota")),
            EntryNamespace = EntryNamespace(node.Get("entry-namespace")),
            Git = _delivery.Read(node),
            Location = entry.Key.Location,
        };
        spec = WithTls(spec, node);
        spec = WithStorage(spec, node.Get("storage"));
        CheckEntry(spec, node);
        return spec;
    }

    /// <summary>The word of a way in.</summary>
    public static string Word(EntryKind kind) => kind switch
    {
        EntryKind.Ingress => "ingress",
        EntryKind.GatewayApi => "gateway",
        EntryKind.Proxy => "proxy",
        _ => "none",
    };

    private EntryKind Entry(YamlNode? node) => _values.Word(node, "entry", "ingress", "gateway", "proxy", "none") switch
    {
        "gateway" => EntryKind.GatewayApi,
        "proxy" => EntryKind.Proxy,
        "none" => EntryKind.None,
        _ => EntryKind.Ingress,
    };

    private string? Namespace(YamlNode? node)
    {
        if (_values.NonEmpty(node, "namespace") is not { } name)
        {
            return null;
        }

        if (!Names.IsLabel(name, LongestLabel))
        {
            project.Bag.Add(ValueDiagnostics.BadName(node!.Location, "a namespace", name, Names.LabelRule(LongestLabel)));
        }
        else if (Reserved.Contains(name))
        {
            project.Bag.Add(KubernetesSpecDiagnostics.ReservedNamespace(node!.Location, name));
        }

        return name;
    }

    private string? Name(YamlNode? node, string what)
    {
        if (_values.NonEmpty(node, what) is not { } name)
        {
            return null;
        }

        if (ClusterText.IsName(name))
        {
            return name;
        }

        project.Bag.Add(ValueDiagnostics.BadName(node!.Location, what, name, ClusterText.NameRule));
        return null;
    }

    private string? Gateway(YamlNode? node)
    {
        if (_values.NonEmpty(node, "gateway") is not { } text)
        {
            return null;
        }

        if (text.Split('/') is { Length: <= 2 } parts && parts.All(ClusterText.IsName))
        {
            return text;
        }

        project.Bag.Add(ValueDiagnostics.BadName(node!.Location, "a gateway", text, ClusterText.NameRule + "; before it and a `/` may stand its namespace"));
        return null;
    }

    private string? Host(YamlNode? node)
    {
        if (_values.NonEmpty(node, "host") is not { } host)
        {
            return null;
        }

        // The last part of a name is no number, else it were an address.
        if (ClusterText.IsName(host) && host.Split('.') is var parts && parts.All(p => p.Length <= LongestLabel) && !parts[^1].All(char.IsAsciiDigit))
        {
            return host;
        }

        project.Bag.Add(KubernetesSpecDiagnostics.BadHost(node!.Location, host));
        return null;
    }

    private string? Registry(YamlNode? node)
    {
        if (_values.NonEmpty(node, "registry") is not { } text)
        {
            return null;
        }

        var parts = text.TrimEnd('/').Split('/');
        var host = parts[0].Split(':');
        var isHost = ClusterText.IsName(host[0]) && host.Length <= 2 && (host.Length == 1 || ushort.TryParse(host[1], NumberStyles.None, CultureInfo.InvariantCulture, out _));
        if (isHost && parts.Skip(1).All(p => p.Length > 0 && p.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-')))
        {
            return text.TrimEnd('/');
        }

        project.Bag.Add(KubernetesSpecDiagnostics.BadRegistry(node!.Location, text));
        return null;
    }

    private int? Quota(YamlNode? node)
    {
        var text = _values.Text(node, "quota");
        if (text is null || text == "off")
        {
            return text is null ? KubernetesSpec.Default.QuotaPercent : null;
        }

        if (text.EndsWith('%') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent is >= LeastQuota and <= MostQuota)
        {
            return percent;
        }

        project.Bag.Add(KubernetesSpecDiagnostics.BadQuota(node!.Location, text));
        return null;
    }

    private ImmutableSortedDictionary<string, string> EntryNamespace(YamlNode? node)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in _values.Entries(node, "entry-namespace", MostLabels))
        {
            var value = _values.Text(entry.Value, $"`{entry.Name}` of entry-namespace");
            if (!ClusterText.IsKey(entry.Name) || (value is not null && !ClusterText.IsValue(value)))
            {
                project.Bag.Add(ValueDiagnostics.BadName(
                    entry.Key.Location, "a label of a namespace", $"{entry.Name}: {value}", "at most 63 letters, digits, `.`, `_` and `-`, and begins and ends with a letter or digit"));
            }
            else if (value is not null)
            {
                labels[entry.Name] = value;
            }
        }

        return labels.ToImmutable();
    }

    private KubernetesSpec WithTls(KubernetesSpec spec, YamlMapping node)
    {
        var tls = node.Get("tls");
        if (tls is null)
        {
            return spec;
        }

        if (node.Get("host") is null)
        {
            project.Bag.Add(KubernetesSpecDiagnostics.TlsWithoutHost(node.Entry("tls")!.Key.Location));
        }

        if (tls is YamlScalar)
        {
            return spec with { TlsSecret = Name(tls, "the name of a secret") };
        }

        var mapping = _values.Mapping(tls, TlsKeys);
        return mapping is null || !_values.Require(mapping.Get("secret"), mapping, "tls", "secret")
            ? spec
            : spec with { TlsSecret = Name(mapping.Get("secret"), "the name of a secret"), TlsIssuer = Name(mapping.Get("issuer"), "the name of an issuer") };
    }

    private KubernetesSpec WithStorage(KubernetesSpec spec, YamlNode? node)
    {
        if (_values.Mapping(node, StorageKeys) is not { } storage)
        {
            return spec;
        }

        var claims = ImmutableSortedDictionary.CreateBuilder<string, VolumeClaimSpec>(StringComparer.Ordinal);
        foreach (var entry in _values.Mapping(storage.Get("volumes"), "storage.volumes")?.Entries ?? [])
        {
            if (!volumes.Contains(entry.Name))
            {
                project.Bag.Add(ValueDiagnostics.UndefinedReference(entry.Key.Location, "volume", entry.Name, volumes));
            }

            if (!entry.Value.IsNull && _values.Mapping(entry.Value, VolumeKeys) is { } claim)
            {
                claims[entry.Name] = new VolumeClaimSpec(Size(claim.Get("size")), Name(claim.Get("class"), "a class"), entry.Key.Location);
            }
        }

        return spec with
        {
            StorageClass = Name(storage.Get("class"), "a class"),
            VolumeSize = Size(storage.Get("size")) ?? spec.VolumeSize,
            Volumes = claims.ToImmutable(),
        };
    }

    // As a cluster writes it (`10Gi`) or as Compose does (`10gb`): both mean powers of 1024 here.
    private long? Size(YamlNode? node)
    {
        if (_values.Text(node, "size") is not { } text)
        {
            return null;
        }

        if (Units.TryBytes(text.EndsWith('i') ? text + "b" : text, out var bytes) && bytes > 0)
        {
            return bytes;
        }

        project.Bag.Add(ValueDiagnostics.BadSize(node!.Location, "size", text));
        return null;
    }

    private void CheckEntry(KubernetesSpec spec, YamlMapping node)
    {
        var kind = spec.Entry;
        Expect(kind is EntryKind.Ingress or EntryKind.GatewayApi, "class", "it is the class of an Ingress or of a Gateway");
        Expect(kind is EntryKind.Proxy, "proxy-image", "it is the image of the environment's own proxy, for `entry: proxy`");
        Expect(kind is EntryKind.GatewayApi, "gateway", "it names a gateway that is there, for `entry: gateway`");
        Expect(kind is EntryKind.Ingress or EntryKind.GatewayApi, "host", "it is the name that an Ingress or a Gateway answers to");
        Expect(kind is EntryKind.Ingress or EntryKind.GatewayApi, "tls", "it is for an Ingress or a Gateway");
        Expect(kind is EntryKind.Ingress or EntryKind.GatewayApi, "entry-namespace", "it says where the pods of an Ingress or a Gateway are");

        void Expect(bool counts, string key, string means)
        {
            if (!counts && node.Entry(key) is { Value.IsNull: false } entry)
            {
                project.Bag.Add(KubernetesSpecDiagnostics.NoEffectWithEntry(entry.Key.Location, key, Word(kind), means));
            }
        }
    }
}
