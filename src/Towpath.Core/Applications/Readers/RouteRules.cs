using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>Which service answers which public path.</summary>
internal static class RouteRules
{
    /// <summary>The services with routes: those that the file gives, or <c>/</c> for the only service with ports that is no database, cache or broker.</summary>
    /// <param name="services">All services.</param>
    /// <param name="bag">Where problems go.</param>
    /// <param name="onHost">Some environment is of containers, whose ports are the host's. Of a cluster's the compile tells.</param>
    public static ImmutableArray<Service> Apply(ImmutableArray<Service> services, DiagnosticBag bag, bool onHost)
    {
        var routed = services.Any(s => s.Delivery.Route is not null) ? services : Infer(services, bag, onHost);
        var isClear = routed.Any(s => s.Delivery.Route is not null);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in routed.OrderBy(s => s.Location.Line).ThenBy(s => s.Location.Column))
        {
            if (service.Delivery.Route is { } route && !taken.TryAdd(route.Path, service.Name))
            {
                bag.Add(DeliveryDiagnostics.SameRoute(route.Location, route.Path, taken[route.Path]));
            }

            var speaksHttp = service.Delivery.Route?.Location ?? service.Delivery.Health?.Location;
            if (speaksHttp is not null && service.HttpPort is null)
            {
                bag.Add(DeliveryDiagnostics.NoHttpPort(speaksHttp, service.Name));
            }

            if (onHost && isClear && service.Delivery.Route is null && service.Ports.Length > 0)
            {
                bag.Add(ValueDiagnostics.PortsNotPublished(service.Ports[0].Location, service.Name));
            }
        }

        return routed;
    }

    private static bool IsBacking(Service service) => service is { Build: null, Image: { } image } && ImageReference.Parse(image).IsBacking;

    private static ImmutableArray<Service> Infer(ImmutableArray<Service> services, DiagnosticBag bag, bool onHost)
    {
        // A database may publish a port too, for people with a client of their own.
        var candidates = services.Where(s => s.Ports.Any(p => p.Protocol == "tcp") && !IsBacking(s)).ToList();
        if (candidates.Count == 0)
        {
            return services;
        }

        var only = candidates[0];
        var place = only.Ports[0].Location;
        if (candidates.Count > 1)
        {
            // In a cluster each port that nothing leads to is told about, and the services are of use without an entry, too.
            if (!onHost)
            {
                return services;
            }

            bag.Add(DeliveryDiagnostics.RouteAmbiguous(place, candidates.Select(c => c.Name)));
            return services;
        }

        bag.Add(DeliveryDiagnostics.RouteInferred(place, only.Name));
        return services.Replace(only, only with { Delivery = only.Delivery with { Route = new Route("/", false, place) } });
    }
}
