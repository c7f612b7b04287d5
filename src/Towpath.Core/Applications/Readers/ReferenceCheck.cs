using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>Rules over a whole Compose file: every reference leads somewhere, nothing waits for itself.</summary>
internal sealed class ReferenceCheck(ComposeModel model, ImmutableArray<Service> active, DiagnosticBag bag)
{
    // A service that could not be read was told already, so that references to it are no second error.
    private readonly HashSet<string> _activeNames = model.Declared["services"]
        .Except(model.Services.Except(active).Select(s => s.Name), StringComparer.Ordinal)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Tells all that is wrong.</summary>
    public void Run()
    {
        if (active.IsEmpty && !bag.HasErrors)
        {
            bag.Add(ValueDiagnostics.NoServices(model.Location));
        }

        foreach (var service in active)
        {
            CheckService(service);
        }

        CheckNetworks();
        CheckCycles();
    }

    private void CheckService(Service service)
    {
        var secrets = model.Declared["secrets"].ToList();
        Expect("service", service.DependsOn.Where(d => d.Required).Select(d => (d.Service, d.Location)), _activeNames);
        Expect("volume", service.Mounts.Where(m => m is { Kind: MountKind.Volume, Source: not null }).Select(m => (m.Source!, m.Location)), model.Declared["volumes"]);
        Expect("secret", service.Secrets.Select(s => (s.Source, s.Location)), secrets);
        Expect("config", service.Configs.Select(c => (c.Source, c.Location)), model.Declared["configs"]);
        Expect("service", service.Delivery.Resources.Select(r => (r.Service, r.Location)), _activeNames);
        Expect("secret", service.Delivery.Resources.Where(r => r.PasswordSecret is not null).Select(r => (r.PasswordSecret!, r.Location)), secrets);
        if (service is { IsStateful: true, Replicas: > 1 })
        {
            bag.Add(DeliveryDiagnostics.StatefulReplicas(service.Location, service.Name, service.Replicas));
        }
    }

    private void Expect(string kind, IEnumerable<(string Name, Location Place)> references, IEnumerable<string> known)
    {
        var names = known.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, place) in references.Where(r => !names.Contains(r.Name)))
        {
            bag.Add(ValueDiagnostics.UndefinedReference(place, kind, name, bag.IsFull ? [] : names));
        }
    }

    private void CheckNetworks()
    {
        Expect("network", model.Networks.Where(n => n.Name != "default"), model.Declared["networks"]);
        var used = model.Networks.Select(n => n.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (used.Count > 1)
        {
            bag.Add(ValueDiagnostics.NetworksJoined(model.Networks[0].Place, used));
        }
    }

    // Depth first; a service met again while it is still open closes a circle.
    private void CheckCycles()
    {
        var byName = active.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var open = new List<string>();
        foreach (var service in active)
        {
            Visit(service);
        }

        void Visit(Service service)
        {
            open.Add(service.Name);
            foreach (var dependency in service.DependsOn)
            {
                var at = open.IndexOf(dependency.Service);
                if (at >= 0)
                {
                    bag.Add(ValueDiagnostics.DependencyCycle(dependency.Location, [.. open[at..], dependency.Service]));
                }
                else if (!done.Contains(dependency.Service) && byName.TryGetValue(dependency.Service, out var next))
                {
                    Visit(next);
                }
            }

            open.RemoveAt(open.Count - 1);
            done.Add(service.Name);
        }
    }
}
