using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>TP2204 to TP2207: the port registry that Ops keeps in <c>towpath.yaml</c>.</summary>
public static class PortRegistryDiagnostics
{
    /// <summary>TP2204: a service is asked on another port than Ops gave it.</summary>
    public static Diagnostic OtherPort(Location place, string service, string verb, int port, int assigned, Location registry) => ContractFinding.Of(
        "TP2204", place, $"`{service}` {verb} {port}, and Ops gave it {assigned}", $"should be {assigned}", $"use {assigned}, or ask Ops to change the registry", $"the port is given at {registry}");

    /// <summary>TP2205: a service has a port that Ops did not give.</summary>
    public static Diagnostic Unassigned(Location place, string service, int free) => ContractFinding.Of(
        "TP2205", place, $"Ops gave no port to `{service}`", "not in the registry", $"ask Ops to add it under `ports` of towpath.yaml; {free} is free: `{service}: {free}`");

    /// <summary>TP2206: two services publish one port.</summary>
    public static Diagnostic SamePublished(Location place, int port, string service, string other, Location otherPlace) => ContractFinding.Of(
        "TP2206", place, $"`{service}` publishes {port}, which `{other}` publishes too", "taken", null, $"`{other}` takes it at {otherPlace}");

    /// <summary>TP2207: the registry names a service that does not exist.</summary>
    public static Diagnostic UnknownService(Location place, string service, IEnumerable<string> known) => ContractFinding.Of(
        "TP2207", place, $"the registry has a port for `{service}`, and there is no such service", "not known", Suggest.Nearest(service, known) is { } near ? $"did you mean `{near}`?" : null);
}
