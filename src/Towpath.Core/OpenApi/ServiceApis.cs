using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi;

/// <summary>The API descriptions of an application's services.</summary>
/// <param name="ByService">Those that could be read.</param>
/// <param name="Diagnostics">All problems, service by service.</param>
public sealed record ServiceApis(ImmutableSortedDictionary<string, ApiDescription> ByService, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>No descriptions.</summary>
    public static ServiceApis None { get; } = new(ImmutableSortedDictionary<string, ApiDescription>.Empty, []);

    /// <summary>Reads the description of each service that names one.</summary>
    /// <param name="services">Services of one commit.</param>
    /// <param name="files">Files of that commit.</param>
    public static ServiceApis Read(IEnumerable<Service> services, ISourceFiles files)
    {
        var bag = new DiagnosticBag();
        var readings = new Dictionary<string, ApiReading>(StringComparer.Ordinal);
        var found = ImmutableSortedDictionary.CreateBuilder<string, ApiDescription>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            if (service.Delivery.Api is not { } path)
                continue;
            if (!readings.TryGetValue(path, out var reading))
                readings[path] = reading = ApiDescriptionReader.Read(path, files.TryRead);
            foreach (var diagnostic in reading.Diagnostics)
                bag.Add(diagnostic);
            if (reading.Description is not { } description)
                continue;
            found[service.Name] = description;
            CheckHealth(service, description, bag);
        }

        return new ServiceApis(found.ToImmutable(), bag.ToSorted());
    }

    /// <summary>
    /// What the paths of a description begin with inside of the service: the base path without the public prefix that the gateway takes off.
    /// </summary>
    public static string BaseInside(ApiDescription description, Service service)
    {
        var path = description.BasePath;
        return service.Delivery.Route is { Strip: true, Path: var prefix } && (path == prefix || path.StartsWith(prefix + "/", StringComparison.Ordinal))
            ? path[prefix.Length..]
            : path;
    }

    private static void CheckHealth(Service service, ApiDescription description, DiagnosticBag bag)
    {
        var start = BaseInside(description, service);
        if (service.Delivery.Health is { Ready: var health } && !description.Operations.Any(o => o.Method == "GET" && start + o.Path == health))
            bag.Add(OpenApiDiagnostics.HealthNotDescribed(description.Location, service.Name, health));
    }
}
