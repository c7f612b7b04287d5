using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Releases;

namespace Towpath.Core.Environments;

/// <summary>A release and an environment to the state that is wanted there.</summary>
public static class EnvironmentPlanner
{
    /// <summary>Applies the environment's overrides and settles order, strategy, readiness and revision of each service.</summary>
    /// <param name="release">What to run.</param>
    /// <param name="environment">Where; from the release's own ladder, so that a release always brings the rules it was made with.</param>
    /// <param name="secretVersions">Version of each secret's value in this environment; a new value is a new revision.</param>
    public static EnvironmentDesired Plan(Release release, EnvironmentSpec environment, IReadOnlyDictionary<string, string> secretVersions)
    {
        var application = release.Application;
        var specs = application.Services.Select(s => Override(s, environment)).ToImmutableArray();
        var jobs = Jobs(specs);
        var backing = Backing(specs);
        var names = specs.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var hosts = Hosts(specs);
        var services = StartOrder.Of(specs, s => s.DependsOn.Select(d => d.Service)).Select(spec => new ServiceDesired(
            spec,
            ServiceRevision.Of(application, spec, release.Images[spec.Name], secretVersions, hosts),
            release.Images[spec.Name],
            jobs.Contains(spec.Name) ? 1 : spec.Replicas,
            jobs.Contains(spec.Name) ? RolloutStrategy.Job : StrategyOf(spec, Asked(spec, environment).Kind),
            jobs.Contains(spec.Name) ? Completed : ReadinessOf(spec),
            [.. spec.DependsOn.Select(d => d.Service).Where(names.Contains)],
            backing.Contains(spec.Name))
        {
            Rollout = Asked(spec, environment),
        }).ToImmutableArray();
        return new EnvironmentDesired(
            application.Name, environment, release.Id, services, application.Volumes, application.Secrets, application.Configs)
        {
            SecretVersions = secretVersions.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    // Each service's revision covers the names of all that listen. Up to this many the names themselves are in it, as they always were.
    private const int MostNamedHosts = 500;

    private static string Hosts(ImmutableArray<Service> services)
    {
        var hosts = services.Where(s => s.HttpPort is not null).Select(s => s.Name).Order(StringComparer.Ordinal).ToList();
        var text = string.Join(',', hosts);
        return hosts.Count <= MostNamedHosts ? text : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static readonly Readiness Completed = new(ReadinessKind.Completed, 0, null, [], TimeSpan.Zero, TimeSpan.FromMilliseconds(100));

    private static Service Override(Service service, EnvironmentSpec environment) =>
        !environment.Services.TryGetValue(service.Name, out var change) ? service : service with
        {
            Replicas = change.Replicas ?? service.Replicas,
            Environment = service.Environment.SetItems(change.Environment),
        };

    private static StrategySpec Asked(Service service, EnvironmentSpec environment) =>
        environment.Services.GetValueOrDefault(service.Name)?.Strategy ?? environment.Strategy;

    /// <summary>The way that is asked for, where the service can be replaced so.</summary>
    private static RolloutStrategy StrategyOf(Service service, StrategyKind asked) =>
        StrategyFit.WhyNot(asked, service, isJob: false) is not null
            ? service.IsStateful ? RolloutStrategy.Recreate : RolloutStrategy.Rolling
            : asked switch
            {
                StrategyKind.BlueGreen => RolloutStrategy.BlueGreen,
                StrategyKind.Canary => RolloutStrategy.Canary,
                StrategyKind.Recreate => RolloutStrategy.Recreate,
                _ => RolloutStrategy.Rolling,
            };

    /// <summary>A service that another one waits for with <c>service_completed_successfully</c> is a job.</summary>
    private static HashSet<string> Jobs(ImmutableArray<Service> services) =>
        [.. services.SelectMany(s => s.DependsOn).Where(d => d.Condition == DependencyCondition.Completed).Select(d => d.Service)];

    /// <summary>What migrations and declared resources stand on, with all that those in turn depend on.</summary>
    private static HashSet<string> Backing(ImmutableArray<Service> services)
    {
        var byName = services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<string>(services
            .Where(s => s.Delivery.Migrate is not null).SelectMany(s => s.DependsOn).Select(d => d.Service)
            .Concat(services.SelectMany(s => s.Delivery.Resources).Select(r => r.Service)));
        while (waiting.TryPop(out var name))
        {
            var service = byName.GetValueOrDefault(name);
            // A service that migrates itself or runs from the application's own build rolls after the migrations, or new code would meet an old schema.
            if (service is null || service.Delivery.Migrate is not null || !found.Add(name)) continue;
            foreach (var dependency in service.DependsOn) waiting.Push(dependency.Service);
        }
        return found;
    }

    private static Readiness ReadinessOf(Service service)
    {
        var quick = TimeSpan.FromMilliseconds(100);
        var timeout = TimeSpan.FromSeconds(2);
        if (service.Delivery.Health is { } health && service.HttpPort is { } httpPort)
            return new Readiness(ReadinessKind.Http, httpPort, health.Ready, [], timeout, quick);
        if (service.Healthcheck is { } check)
            return new Readiness(ReadinessKind.Exec, 0, null, check.Command, check.Timeout, TimeSpan.FromMilliseconds(500));
        var port = service.HttpPort
            ?? service.Ports.Where(p => p.Protocol == "tcp").Select(p => (int?)p.Target).FirstOrDefault()
            ?? service.Expose.Select(p => (int?)p).FirstOrDefault();
        return port is { } tcp
            ? new Readiness(ReadinessKind.Tcp, tcp, null, [], timeout, quick)
            : new Readiness(ReadinessKind.Running, 0, null, [], timeout, quick);
    }
}
