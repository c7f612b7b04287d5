using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts.Rules;

/// <summary>Ports and the registry of them that Ops keeps.</summary>
internal static class PortRules
{
    private const int FirstFree = 8080;

    /// <summary>TP2203: each port says what is spoken there. For the HTTP port the route or health path does.</summary>
    public static IEnumerable<Diagnostic> Named(ContractSubject subject)
    {
        var service = subject.Service;
        var registered = Assignment(subject.Application, service.Name) is { Protocol: not null, Listen: var listen } ? listen : null;
        return
            from port in service.Ports
            where port.Name is null && port.ApplicationProtocol is null && port.Target != service.HttpPort && port.Target != registered
            select ServiceContractDiagnostics.PortWithoutName(port.Location, port.Target, service.Name);
    }

    /// <summary>TP2204: a service listens on and publishes the ports that it was given.</summary>
    public static IEnumerable<Diagnostic> AsAssigned(ContractSubject subject)
    {
        var service = subject.Service;
        if (Assignment(subject.Application, service.Name) is not { } assignment)
        {
            yield break;
        }

        if (assignment.Listen is { } listen && Listening(service) is var asked && asked.Count > 0 && asked.TrueForAll(a => a.Port != listen))
        {
            yield return PortRegistryDiagnostics.OtherPort(asked[0].Place, service.Name, "listens on", asked[0].Port, listen, assignment.ListenLocation!);
        }

        var published = service.Ports.Where(p => p.Published is not null).ToList();
        if (assignment.Publish is { } publish && published.Count > 0 && published.TrueForAll(p => p.Published != publish))
        {
            yield return PortRegistryDiagnostics.OtherPort(
                published[0].Location, service.Name, "publishes", published[0].Published!.Value, publish, assignment.PublishLocation!);
        }
    }

    /// <summary>TP2205: where there is a registry, each service with a port stands in it.</summary>
    public static IEnumerable<Diagnostic> Assigned(ContractSubject subject) =>
        subject.Application.Contract.Ports is { } registry && Assignment(subject.Application, subject.Service.Name) is null && Listening(subject.Service) is [var first, ..]
            ? [PortRegistryDiagnostics.Unassigned(first.Place, subject.Service.Name, Free(subject.Application, registry))]
            : [];

    /// <summary>TP2206: no two services publish one port.</summary>
    public static IEnumerable<Diagnostic> PublishedOnce(ApplicationSubject subject)
    {
        var taken = new Dictionary<(int, string), (string Service, Location Place)>();
        foreach (var service in subject.Application.Services)
        {
            foreach (var port in service.Ports.Where(p => p.Published is not null))
            {
                var key = (port.Published!.Value, port.Protocol);
                if (!taken.TryAdd(key, (service.Name, port.Location)) && taken[key].Service != service.Name)
                {
                    yield return PortRegistryDiagnostics.SamePublished(port.Location, key.Item1, service.Name, taken[key].Service, taken[key].Place);
                }
            }
        }
    }

    /// <summary>TP2207: the registry names services that exist.</summary>
    public static IEnumerable<Diagnostic> RegistryKnown(ApplicationSubject subject) =>
        from assignment in subject.Application.Contract.Ports ?? []
        where subject.Application.Service(assignment.Service) is null
        select PortRegistryDiagnostics.UnknownService(assignment.Location, assignment.Service, subject.Application.Services.Select(s => s.Name));

    private static PortAssignment? Assignment(Application application, string service) => application.Contract.Ports?.LastOrDefault(p => p.Service == service);

    private static List<(int Port, Location Place)> Listening(Service service)
    {
        var asked = new List<(int Port, Location Place)>();
        if (service.HttpPort is { } http)
        {
            var own = service.Ports.FirstOrDefault(p => p.Target == http)?.Location;
            asked.Add((http, own ?? service.Delivery.PortLocation ?? service.Source.Keys.GetValueOrDefault("expose", service.Location)));
        }

        asked.AddRange(service.Ports.Where(p => p.Protocol == "tcp").Select(p => (p.Target, p.Location)));
        return asked;
    }

    // Neither given out, nor used by a service, nor by the gateway of an environment.
    private static int Free(Application application, IEnumerable<PortAssignment> registry)
    {
        var taken = registry.SelectMany(p => new[] { p.Listen, p.Publish })
            .Concat(application.Services.SelectMany(s => s.Ports.SelectMany(p => new int?[] { p.Target, p.Published })))
            .Concat(application.Ladder.Environments.Select(e => e.Port))
            .ToHashSet();
        return Enumerable.Range(FirstFree, 65535 - FirstFree).First(port => !taken.Contains(port));
    }
}
