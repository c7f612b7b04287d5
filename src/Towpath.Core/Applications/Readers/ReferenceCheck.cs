using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>Rules over all services that Compose itself does not have: references of <c>x-towpath</c>, and what an environment can't give.</summary>
internal sealed class ReferenceCheck(ComposeModel model, DiagnosticBag bag)
{
    /// <summary>Tells all that is wrong.</summary>
    public void Run()
    {
        if (model.ServiceNames.IsEmpty && !bag.HasErrors)
        {
            bag.Add(ValueDiagnostics.NoServices(model.Location));
        }

        foreach (var service in model.Services)
        {
            CheckService(service);
        }

        var used = model.Networks.Select(n => n.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (used.Count > 1)
        {
            bag.Add(ValueDiagnostics.NetworksJoined(model.Networks[0].Place, used));
        }
    }

    private void CheckService(Service service)
    {
        var resources = service.Delivery.Resources;
        Expect("service", resources.Select(r => (r.Service, r.Location)), model.ServiceNames);
        Expect("secret", resources.Where(r => r.PasswordSecret is not null).Select(r => (r.PasswordSecret!, r.Location)), model.SecretNames);
        if (service is { IsStateful: true, Replicas: > 1 })
        {
            bag.Add(DeliveryDiagnostics.StatefulReplicas(service.Location, service.Name, service.Replicas));
        }
    }

    private void Expect(string kind, IEnumerable<(string Name, Location Place)> references, ImmutableArray<string> known)
    {
        foreach (var (name, place) in references.Where(r => !known.Contains(r.Name)))
        {
            bag.Add(ValueDiagnostics.UndefinedReference(place, kind, name, bag.IsFull ? [] : known));
        }
    }
}
