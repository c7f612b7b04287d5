using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Consistency;

/// <summary>TP1xxx, fifth part: keys of a service that contradict each other.</summary>
public static class ConsistencyDiagnostics
{
    /// <summary>Two keys of which a service may have one.</summary>
    public static Diagnostic Exclusive(Location place, string service, string first, string second) => new(
        "TP1077",
        Severity.Error,
        $"the service `{service}` has both `{first}` and `{second}`",
        place,
        $"excludes `{first}`",
        Help: "keep one of them");

    /// <summary>A network whose name begins like a key of the user's own.</summary>
    public static Diagnostic ExtensionAsNetwork(Location place, string name) => Impossible(
        place, name, "a service can't join a network whose name begins with `x-`", "choose another name");

    /// <summary>A secret whose driver can't be asked for it.</summary>
    public static Diagnostic SecretWithoutSource(Location place, string secret) => new(
        "TP1036",
        Severity.Error,
        $"the secret `{secret}` must have `file` or `environment`",
        place,
        Notes: ["a driver alone is known to swarms only"],
        Help: "set one of the two, or `external: true`");

    /// <summary>Two keys that say the same thing differently.</summary>
    public static Diagnostic Contradiction(Location place, string service, string first, string second) => new(
        "TP1078",
        Severity.Error,
        $"the service `{service}` gives `{first}` and `{second}` different values",
        place,
        $"differs from `{first}`",
        Notes: ["both say the same thing, so only one of the two could take effect"],
        Help: "keep one of them, or make them equal");

    /// <summary>A value that can't work together with the rest of its service.</summary>
    public static Diagnostic Impossible(Location place, string name, string what, string help) => new(
        "TP1079",
        Severity.Error,
        $"`{name}`: {what}",
        place,
        Help: help);
}
