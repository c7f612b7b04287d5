using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>On which nodes pods run and how they are replaced: <c>deploy.placement</c>, <c>deploy.update_config</c>, <c>platform</c>.</summary>
internal sealed class PlacementReader(ProjectReading project)
{
    private const string Labels = "node.labels.";
    private const string Os = "kubernetes.io/os";
    private const string Architecture = "kubernetes.io/arch";
    private const string Host = "kubernetes.io/hostname";
    private const string Constraints = "deploy.placement.constraints";
    private const int MostReplicas = 100;
    private readonly NodeReader _values = project.Values;

    /// <summary>The settings with what is said of placement.</summary>
    public ClusterSettings Read(ClusterSettings settings, YamlMapping service, YamlMapping? deploy)
    {
        var placement = project.MappingInCluster(deploy?.Get("placement"), ClusterKeys.Placement);
        var update = project.MappingInCluster(deploy?.Get("update_config"), ClusterKeys.UpdateConfig);
        if (deploy?.Get("endpoint_mode") is YamlScalar { Value: "dnsrr" } mode)
        {
            project.NoEffectInCluster(mode, "dnsrr", "deploy.endpoint_mode", "a service has one address, and the cluster chooses a pod");
        }

        var order = _values.Word(update?.Get("order"), "deploy.update_config.order", "start-first", "stop-first");
        return settings with
        {
            Constraints = [.. _values.Items(placement?.Get("constraints"), Constraints).Select(Constraint).OfType<PlacementConstraint>(), .. Platform(service.Get("platform"))],
            SpreadOver = [.. _values.Items(placement?.Get("preferences"), "preferences").Select(Preference).OfType<string>()],
            MostPerNode = _values.Integer(placement?.Get("max_replicas_per_node"), "max_replicas_per_node", 0, MostReplicas) is > 0 and var most ? most : null,
            UpdateParallelism = _values.Integer(update?.Get("parallelism"), "deploy.update_config.parallelism", 0, MostReplicas),
            UpdateStopsFirst = order is null ? null : order == "stop-first",
        };
    }

    private PlacementConstraint? Constraint(YamlNode node)
    {
        if (_values.NonEmpty(node, "an entry of " + Constraints) is not { } text)
        {
            return null;
        }

        var at = text.IndexOf("==", StringComparison.Ordinal) is >= 0 and var equal ? equal : text.IndexOf("!=", StringComparison.Ordinal);
        if (at < 0)
        {
            project.NotInCluster(node, text, Constraints, "a constraint is written as `node.labels.zone == east` or with `!=`");
            return null;
        }

        var (subject, isEqual, value) = (text[..at].Trim(), text[at] == '=', text[(at + 2)..].Trim());
        var constraint = subject switch
        {
            "node.hostname" => new PlacementConstraint(Host, isEqual, value, node.Location),
            "node.platform.os" => new PlacementConstraint(Os, isEqual, value.ToLowerInvariant(), node.Location),
            "node.platform.arch" => new PlacementConstraint(Architecture, isEqual, Machine(value), node.Location),
            "node.role" => Role(isEqual, value, node),
            _ when subject.StartsWith(Labels, StringComparison.Ordinal) => new PlacementConstraint(subject[Labels.Length..], isEqual, value, node.Location),
            _ => null,
        };
        if (constraint is not null && ClusterText.IsKey(constraint.Label) && ClusterText.IsValue(constraint.Value))
        {
            return constraint;
        }

        project.NotInCluster(node, text, Constraints, constraint is null
            ? "nodes of a cluster are chosen by `node.labels.NAME`, `node.hostname`, `node.platform.os`, `node.platform.arch` and `node.role`"
            : "it is no label that a node of a cluster can have");
        return null;
    }

    // Nodes of the control plane have the label, whatever its value; workers have not.
    private static PlacementConstraint? Role(bool isEqual, string value, YamlNode node) => value switch
    {
        "manager" => new PlacementConstraint(PlacementConstraint.ControlPlane, isEqual, "", node.Location),
        "worker" => new PlacementConstraint(PlacementConstraint.ControlPlane, !isEqual, "", node.Location),
        _ => null,
    };

    private string? Preference(YamlNode node)
    {
        if (project.MappingInCluster(node, ClusterKeys.Preference)?.Get("spread") is not { } spread || _values.NonEmpty(spread, "spread") is not { } text)
        {
            return null;
        }

        var label = text == "node.hostname" ? Host : text.StartsWith(Labels, StringComparison.Ordinal) ? text[Labels.Length..] : "";
        if (ClusterText.IsKey(label))
        {
            return label;
        }

        project.NotInCluster(spread, text, "deploy.placement.preferences", "pods are spread over a label of nodes: `spread: node.labels.NAME`");
        return null;
    }

    /// <summary><c>linux/arm64/v8</c>, <c>linux</c> or <c>arm64</c>; the variant is the image's own affair.</summary>
    private IEnumerable<PlacementConstraint> Platform(YamlNode? node)
    {
        if (_values.NonEmpty(node, "platform") is not { } text)
        {
            return [];
        }

        var parts = text.ToLowerInvariant().Split('/');
        var os = parts[0] is "linux" or "windows" ? parts[0] : null;
        var machine = os is null ? parts[0] : parts.ElementAtOrDefault(1);
        if (parts.Any(part => part.Length == 0 || !ClusterText.IsValue(part)) || parts.Length > (os is null ? 2 : 3))
        {
            project.NotInCluster(node!, text, "platform", "it is written as `linux/arm64`");
            return [];
        }

        return new[] { os is null ? null : new PlacementConstraint(Os, true, os, node!.Location), machine is null ? null : new PlacementConstraint(Architecture, true, Machine(machine), node!.Location) }
            .OfType<PlacementConstraint>();
    }

    // As Go calls machines, which labels of nodes take over.
    private static string Machine(string text) => text.ToLowerInvariant() switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "armhf" or "armv7l" or "armv6l" => "arm",
        "i386" or "i686" or "x86" => "386",
        var other => other,
    };
}
