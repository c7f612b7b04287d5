using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>Rules over all services that Compose itself does not have: references of <c>x-towpath</c>, and what an environment can't give.</summary>
internal sealed class ReferenceCheck(ComposeModel model, ProjectReading project)
{
    private readonly DiagnosticBag _bag = project.Bag;

    /// <summary>Tells all that is wrong.</summary>
    public void Run()
    {
        if (model.ServiceNames.IsEmpty && !_bag.HasErrors)
        {
            _bag.Add(ValueDiagnostics.NoServices(model.Location));
        }

        foreach (var service in model.Services)
        {
            CheckService(service);
        }

        var used = model.Networks.Select(n => n.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        // A cluster keeps them apart by policies.
        if (used.Count > 1 && project.ForContainers)
        {
            _bag.Add(ValueDiagnostics.NetworksJoined(model.Networks[0].Place, used));
        }
    }

    private void CheckService(Service service)
    {
        var resources = service.Delivery.Resources;
        Expect("service", resources.Select(r => (r.Service, r.Location)), model.ServiceNames);
        Expect("secret", resources.Where(r => r.PasswordSecret is not null).Select(r => (r.PasswordSecret!, r.Location)), model.SecretNames);
        // In a cluster each replica has a volume of its own, which the compile tells of.
        if (service is { IsStateful: true, Replicas: > 1 } && project.ForContainers)
        {
            _bag.Add(DeliveryDiagnostics.StatefulReplicas(service.Location, service.Name, service.Replicas));
        }

        CheckScale(service);
        CheckSchedule(service);
    }

    private void CheckScale(Service service)
    {
        if (service.Delivery.Scale is not { } scale)
        {
            return;
        }

        if (scale.Cpu is not null && (service.Cluster?.ReservedCpus ?? service.Limits.Cpus) is null)
        {
            _bag.Add(ScaleDiagnostics.ScaleWithoutReservation(scale.Location, service.Name, "CPU", "cpus"));
        }

        if (scale.Memory is not null && (service.Cluster?.ReservedMemory ?? service.Limits.MemoryBytes) is null)
        {
            _bag.Add(ScaleDiagnostics.ScaleWithoutReservation(scale.Location, service.Name, "memory", "memory"));
        }
    }

    private void CheckSchedule(Service service)
    {
        if (service.Delivery is not { Schedule: { } schedule } delivery)
        {
            return;
        }

        foreach (var (key, place) in new[] { ("x-towpath.route", delivery.Route?.Location), ("x-towpath.scale", delivery.Scale?.Location) })
        {
            if (place is not null)
            {
                _bag.Add(ScaleDiagnostics.ScheduleContradicted(place, service.Name, key));
            }
        }

        if (service.Cluster is { Mode: ClusterMode.Global })
        {
            _bag.Add(ScaleDiagnostics.ScheduleContradicted(schedule.Location, service.Name, "deploy.mode: global"));
        }
    }

    private void Expect(string kind, IEnumerable<(string Name, Location Place)> references, ImmutableArray<string> known)
    {
        foreach (var (name, place) in references.Where(r => !known.Contains(r.Name)))
        {
            _bag.Add(ValueDiagnostics.UndefinedReference(place, kind, name, _bag.IsFull ? [] : known));
        }
    }
}
