using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Onboarding;

/// <summary>Which service answers which public path, where the file does not say it.</summary>
internal static class RouteProposals
{
    private static readonly string[] PageNames = ["web", "www", "frontend", "front", "ui", "client", "app", "nginx", "proxy", "gateway", "site"];

    /// <summary>Adds routes to those that take requests from outside: <c>/</c> to pages, <c>/NAME</c> to others. Routes of the file stay as they are.</summary>
    /// <returns>What is open about them.</returns>
    public static ImmutableArray<Diagnostic> Apply(IReadOnlyList<ServiceProposal> services)
    {
        var http = services.Where(s => s.Scan.SpeaksHttp).ToList();
        var outside = http.Where(s => s.Service.IsPublished).ToList();
        var candidates = outside.Count > 0 ? outside : [.. http.Where(s => s.Service.Context is not null)];

        // A route that another service takes over by `extends` would be taken twice.
        if (candidates.Count == 0 || services.Any(s => s.Service.Extends || s.Service.Delivery.ContainsKey("route")))
        {
            return [];
        }

        var first = candidates.OrderBy(Preference).ThenBy(s => s.Service.Location.Line).First();
        foreach (var service in candidates)
        {
            service.Add("route", service == first ? "/" : YamlWords.Write("/" + service.Service.Name), service.Service.Location.ToString());
        }

        return candidates.Count == 1
            ? []
            : [OnboardingDiagnostics.RoutesGuessed(first.Service.Location, candidates.Select(s => $"{(s == first ? "/" : "/" + s.Service.Name)} by {s.Service.Name}"))];
    }

    /// <summary>Path at the gateway that asks the service with the route <c>/</c>, or the first route, how it is; null where none has a health path.</summary>
    public static string? Probe(IReadOnlyList<ServiceProposal> services) => services
        .Select(s => (Route: RouteOf(s), s.ReadyPath))
        .Where(s => s.Route is not null && s.ReadyPath is ['/', ..])
        .OrderBy(s => s.Route!.Length)
        .Select(s => s.Route == "/" ? s.ReadyPath : s.Route + s.ReadyPath)
        .FirstOrDefault();

    /// <summary>The route of a service, of the file or proposed; null for none, and for one that is written at length.</summary>
    public static string? RouteOf(ServiceProposal service) =>
        service.Service.Delivery.GetValueOrDefault("route") is { } node
            ? (node as YamlScalar)?.Value
            : service.Findings.FirstOrDefault(f => f.Key == "route")?.Value;

    private static int Preference(ServiceProposal service) =>
        Array.IndexOf(PageNames, service.Service.Name) >= 0 ? 0 : service.Scan.Framework is { Framework.IsPages: true } ? 1 : service.Scan.Listens == 80 ? 2 : 3;
}
