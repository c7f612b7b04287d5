using Towpath.Core.Compose.Canonical;
using Towpath.Core.Compose.Schema;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Consistency;

/// <summary>Keys of one service that contradict each other.</summary>
internal static class ServiceConsistency
{
    /// <summary>Tells of each contradiction.</summary>
    public static void Check(YamlScalar key, YamlMapping service, DiagnosticBag bag)
    {
        if (service.Get("build") is null && string.IsNullOrEmpty(Nodes.TextOf(service.Get("image"))) && service.Get("provider") is null && service.Get("image") is not YamlScalar { IsBroken: true })
        {
            bag.Add(ValueDiagnostics.NothingToRun(key.Location, key.Value));
        }

        if (!string.IsNullOrEmpty(Nodes.TextOf(service.Get("network_mode"))) && service.Entry("networks") is { Value: YamlMapping { Entries.Length: > 0 } } networks)
        {
            bag.Add(ConsistencyDiagnostics.Exclusive(networks.Key.Location, key.Value, "network_mode", "networks"));
        }

        CheckBuild(key, service, bag);
        CheckHealth(service, bag);
        CheckScale(key, service, bag);
        CheckLimits(key, service, bag);
        CheckWatches(key, service, bag);
        CheckTargets(service, bag);
    }

    private static void CheckBuild(YamlScalar key, YamlMapping service, DiagnosticBag bag)
    {
        if (service.Get("build") is not YamlMapping build)
        {
            return;
        }

        if (build.Get("dockerfile_inline") is not null && build.Get("dockerfile") is { } file)
        {
            bag.Add(ConsistencyDiagnostics.Exclusive(file.Location, key.Value, "dockerfile_inline", "dockerfile"));
        }

        if (build.Get("platforms") is YamlSequence { Items.Length: > 0 } platforms
            && service.Get("platform") is YamlScalar { IsBroken: false, Value.Length: > 0 } platform
            && !platforms.Items.Any(item => Nodes.TextOf(item) == platform.Value))
        {
            bag.Add(ConsistencyDiagnostics.Impossible(
                platform.Location, key.Value, "no image is built for its `platform`", "add the platform to `build.platforms`"));
        }
    }

    private static void CheckHealth(YamlMapping service, DiagnosticBag bag)
    {
        var test = (service.Get("healthcheck") as YamlMapping)?.Get("test") as YamlSequence;
        if (test is { Items: [YamlScalar { IsBroken: false } first, ..] } && first.Value is not ("CMD" or "CMD-SHELL" or "NONE"))
        {
            bag.Add(ValueDiagnostics.BadHealthcheck(first.Location, "its first word says how it is run"));
        }
    }

    private static void CheckScale(YamlScalar key, YamlMapping service, DiagnosticBag bag)
    {
        var scale = service.Get("scale") as YamlScalar;
        var replicas = (service.Get("deploy") as YamlMapping)?.Get("replicas") as YamlScalar;
        var wanted = Whole(scale) ?? Whole(replicas) ?? 1;
        if (scale is not null && replicas is not null && Whole(scale) != Whole(replicas))
        {
            bag.Add(ConsistencyDiagnostics.Contradiction(replicas.Location, key.Value, "scale", "deploy.replicas"));
        }

        foreach (var number in new[] { scale, replicas })
        {
            if (Whole(number) < 0)
            {
                bag.Add(ConsistencyDiagnostics.Impossible(number!.Location, key.Value, "the number of replicas is negative", "write 0 or more"));
            }
        }

        if (wanted > 1 && service.Get("container_name") is YamlScalar { Value.Length: > 0 } name)
        {
            bag.Add(ConsistencyDiagnostics.Impossible(
                name.Location, key.Value, "several replicas can't share one `container_name`", "remove `container_name`, or run one replica"));
        }
    }

    private static void CheckLimits(YamlScalar key, YamlMapping service, DiagnosticBag bag)
    {
        var resources = (service.Get("deploy") as YamlMapping)?.Get("resources") as YamlMapping;
        var limits = resources?.Get("limits") as YamlMapping;
        var reservations = resources?.Get("reservations") as YamlMapping;
        Compare("cpus", limits, "cpus", "deploy.resources.limits.cpus", static node => ScalarValue.TryFraction(node, out var number) ? number : 0);
        Compare("mem_limit", limits, "memory", "deploy.resources.limits.memory", static node => ScalarValue.TryBytes(node, out var bytes) ? bytes : 0);
        Compare("mem_reservation", reservations, "memory", "deploy.resources.reservations.memory", static node => ScalarValue.TryBytes(node, out var bytes) ? bytes : 0);
        Compare("pids_limit", limits, "pids", "deploy.resources.limits.pids", static node => ScalarValue.TryWhole(node, out var number) ? number : 0);

        void Compare(string own, YamlMapping? other, string name, string path, Func<YamlScalar, double> read)
        {
            if (other is not null
                && service.Get(own) is YamlScalar { IsBroken: false } first
                && read(first) is var value and not 0
                && (other.Get(name) is YamlScalar { IsBroken: false } second ? read(second) : 0) != value)
            {
                bag.Add(ConsistencyDiagnostics.Contradiction(first.Location, key.Value, path, own));
            }
        }
    }

    private static void CheckWatches(YamlScalar key, YamlMapping service, DiagnosticBag bag)
    {
        foreach (var watch in Items((service.Get("develop") as YamlMapping)?.Get("watch")))
        {
            if (string.IsNullOrEmpty(Nodes.TextOf(watch.Get("target"))) && watch.Get("action") is YamlScalar { IsBroken: false, Value: not ("rebuild" or "restart") } action)
            {
                bag.Add(ConsistencyDiagnostics.Impossible(action.Location, key.Value, "a watch that copies files has no `target`", "add `target`: the path in the container"));
            }
        }
    }

    private static void CheckTargets(YamlMapping service, DiagnosticBag bag)
    {
        HashSet<string>? seen = null;
        foreach (var item in (service.Get("tmpfs") as YamlSequence)?.Items ?? [])
        {
            if (item is YamlScalar { IsBroken: false } mount)
            {
                Add(mount, mount.Value.Split(':')[0]);
            }
        }

        foreach (var volume in Items(service.Get("volumes")))
        {
            if (volume.Get("target") is YamlScalar { IsBroken: false } target)
            {
                Add(target, target.Value);
            }
        }

        void Add(YamlScalar place, string target)
        {
            if (!(seen ??= new HashSet<string>(StringComparer.Ordinal)).Add(target))
            {
                bag.Add(ValueDiagnostics.SameMountTarget(place.Location, target));
            }
        }
    }

    private static long? Whole(YamlScalar? node) => node is not null && ScalarValue.TryWhole(node, out var number) ? number : null;

    private static IEnumerable<YamlMapping> Items(YamlNode? node) => node is YamlSequence list ? list.Items.OfType<YamlMapping>() : [];
}
