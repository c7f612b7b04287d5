using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>One service that calls another.</summary>
/// <param name="From">The caller.</param>
/// <param name="To">The service that is called.</param>
/// <param name="Port">The port that is named, or null where none is.</param>
/// <param name="Origin">What says so.</param>
internal sealed record Call(string From, string To, int? Port, Origin Origin);

/// <summary>
/// Which service calls which, as the files say: <c>depends_on</c>, declared resources, and names of services in variables, commands and
/// files of configuration. Two services that share no network can't call each other.
/// </summary>
internal static class CallGraph
{
    private const int MostOfOneFile = 256 * 1024;

    /// <summary>All calls, by caller and called, each pair and port once.</summary>
    public static ImmutableArray<Call> Of(EnvironmentDesired desired)
    {
        var names = Names(desired.Services);
        var known = desired.Services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        return
        [
            .. desired.Services.SelectMany(s => Declared(s).Concat(Named(s, desired, names)))
                .Where(call => call.From != call.To && known.TryGetValue(call.To, out var to) && ShareNetwork(known[call.From], to))
                .DistinctBy(call => (call.From, call.To, call.Port))
                .OrderBy(call => call.From, StringComparer.Ordinal).ThenBy(call => call.To, StringComparer.Ordinal).ThenBy(call => call.Port ?? 0),
        ];
    }

    private static Dictionary<string, string> Names(ImmutableArray<ServiceDesired> services)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in services)
        {
            names[service.Name] = service.Name;
        }

        foreach (var (service, alias) in services.SelectMany(s => (s.Spec.Cluster?.Aliases ?? []).Select(alias => (s.Name, alias))))
        {
            names.TryAdd(alias, service);
        }

        return names;
    }

    private static IEnumerable<Call> Declared(ServiceDesired service) =>
        service.Spec.DependsOn.Select(d => new Call(service.Name, d.Service, null, new Origin($"`depends_on` of {service.Name}", d.Location)))
            .Concat(service.Spec.Delivery.Resources.Select(r => new Call(service.Name, r.Service, null, new Origin($"a resource that {service.Name} declares", r.Location))));

    private static IEnumerable<Call> Named(ServiceDesired service, EnvironmentDesired desired, Dictionary<string, string> names) =>
        Texts(service, desired).SelectMany(text => Mentions.In(text.Text, names.ContainsKey).Select(m => new Call(service.Name, names[m.Host], m.Port, text.Origin)));

    private static IEnumerable<(string Text, Origin Origin)> Texts(ServiceDesired service, EnvironmentDesired desired)
    {
        var spec = service.Spec;
        foreach (var (name, value) in spec.Environment)
        {
            yield return (value, new Origin($"the variable {name} of {service.Name}", spec.Source.Variables.GetValueOrDefault(name)?.Location ?? KeyOf(spec, "environment")));
        }

        foreach (var (key, words) in new[] { ("command", spec.Command), ("entrypoint", spec.Entrypoint) })
        {
            foreach (var word in words ?? [])
            {
                yield return (word, new Origin($"`{key}` of {service.Name}", KeyOf(spec, key)));
            }
        }

        foreach (var mount in spec.Configs)
        {
            if (desired.Configs.FirstOrDefault(c => c.Name == mount.Source) is { Content.Length: <= MostOfOneFile } config)
            {
                yield return (config.Content, new Origin($"the config {config.Name} of {service.Name}", mount.Location));
            }
        }
    }

    private static Diagnostics.Location KeyOf(Service spec, string key) => spec.Source.Keys.GetValueOrDefault(key) ?? spec.Location;

    private static bool ShareNetwork(ServiceDesired one, ServiceDesired other) =>
        one.Spec.Cluster?.Networks is not { IsEmpty: false } mine
        || other.Spec.Cluster?.Networks is not { IsEmpty: false } theirs
        || mine.Any(m => theirs.Any(t => t.Name == m.Name));
}
