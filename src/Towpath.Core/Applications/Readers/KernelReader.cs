using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>Keys of a service that the kernel is asked for: <c>ulimits</c>, <c>sysctls</c>, <c>group_add</c> and their like.</summary>
internal sealed class KernelReader(ProjectReading project)
{
    private const long MostShares = 262_144;
    private const string NoNewPrivileges = "no-new-privileges";
    // A cluster leaves the whole of `ulimits` out, and says so once.
    private static readonly KeyTable UlimitKeys = new KeyTable("a ulimit", "soft hard")
        .OnKubernetes(Carriage.NoEffect, "Kubernetes has no field for them: the limits of the node's container runtime hold", "soft hard");

    private readonly NodeReader _values = project.Values;

    /// <summary>The settings.</summary>
    public KernelSettings Read(YamlMapping service) => new()
    {
        Ulimits = Ulimits(service.Get("ulimits")),
        Sysctls = _values.Texts(service.Get("sysctls"), "sysctls", _ => ""),
        Groups = _values.Texts(service.Get("group_add"), "group_add"),
        NoNewPrivileges = HasNoNewPrivileges(service.Get("security_opt")),
        OomScore = _values.Integer(service.Get("oom_score_adj"), "oom_score_adj", -1000, 1000),
        CpuShares = _values.Integer(service.Get("cpu_shares"), "cpu_shares", 0, (int)MostShares) is > 0 and var shares ? shares : null,
        MemoryReservation = _values.Size(service.Get("mem_reservation"), "mem_reservation"),
    };

    private ImmutableSortedDictionary<string, Ulimit> Ulimits(YamlNode? node)
    {
        var limits = ImmutableSortedDictionary.CreateBuilder<string, Ulimit>(StringComparer.Ordinal);
        foreach (var entry in _values.Mapping(node, "ulimits")?.Entries ?? [])
        {
            if (entry.Value is YamlScalar)
            {
                if (Limit(entry.Value, entry.Name) is { } both)
                {
                    limits[entry.Name] = new Ulimit(both, both);
                }
            }
            else if (Pair(entry.Value) is { } pair && Limit(pair.Get("soft"), "soft") is { } soft && Limit(pair.Get("hard"), "hard") is { } hard)
            {
                limits[entry.Name] = new Ulimit(soft, hard);
            }
        }

        return limits.ToImmutable();
    }

    private YamlMapping? Pair(YamlNode node)
    {
        var pair = _values.Mapping(node, UlimitKeys.Subject);
        if (pair is not null)
        {
            UlimitKeys.Check(pair, project.Bag);
        }

        return pair;
    }

    private int? Limit(YamlNode? node, string what) => _values.Integer(node, what, -1, int.MaxValue);

    private bool HasNoNewPrivileges(YamlNode? node)
    {
        var isSet = false;
        foreach (var item in _values.Items(node, "security_opt"))
        {
            var parts = (_values.Text(item, "an entry of security_opt") ?? NoNewPrivileges).Split(':', '=');
            if (parts[0] != NoNewPrivileges && !project.ForContainers)
            {
                // Its reader for a cluster judges it.
                continue;
            }

            if (parts[0] != NoNewPrivileges)
            {
                project.Bag.Add(ValueDiagnostics.NotCarried(item.Location, parts[0], "security_opt", "profiles of the host differ from machine to machine"));
            }
            else
            {
                isSet |= item is YamlScalar && parts is [_] or [_, "true"];
            }
        }

        return isSet;
    }
}
