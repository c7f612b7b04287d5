using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts.Rules;

/// <summary>What a service says about its health, and waits for of others.</summary>
internal static class HealthRules
{
    /// <summary>TP2201: a service that takes requests can be asked whether it serves.</summary>
    public static IEnumerable<Diagnostic> Declared(ContractSubject subject)
    {
        var service = subject.Service;
        var declared = service.Delivery.Health is not null || service.Healthcheck is not null || subject.Image?.Healthcheck is not null;
        return subject.SpeaksHttp && !declared ? [ServiceContractDiagnostics.NoHealth(service.Location, service.Name)] : [];
    }

    /// <summary>TP2202: a service that needs others answers for its own life apart.</summary>
    public static IEnumerable<Diagnostic> ReadinessApart(ContractSubject subject)
    {
        var service = subject.Service;
        var needsOthers = !service.DependsOn.IsEmpty || !service.Delivery.Resources.IsEmpty;
        return needsOthers && service.Delivery.Health is { } health && health.Ready == health.Live
            ? [ServiceContractDiagnostics.LivenessIsReadiness(health.Location, service.Name, health.Ready)]
            : [];
    }

    /// <summary>TP2220: what can say that it is ready is waited for until it is.</summary>
    public static IEnumerable<Diagnostic> WaitsForReady(ContractSubject subject) =>
        from dependency in subject.Service.DependsOn
        where dependency.Condition == Applications.DependencyCondition.Started && subject.Application.Service(dependency.Service)?.Healthcheck is not null
        select ServiceContractDiagnostics.WaitsForStart(dependency.Location, subject.Service.Name, dependency.Service);
}
