using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>A controller that replaces services by shares of their requests.</summary>
public enum ProgressiveController
{
    /// <summary>Argo Rollouts.</summary>
    ArgoRollouts,

    /// <summary>Flagger.</summary>
    Flagger,
}

/// <summary>Hands services with the strategies blue-green and canary to a controller that can do them. Everything else stays as it is.</summary>
public static class ProgressiveDelivery
{
    /// <summary>An environment whose blue-green and canary services belong to a controller.</summary>
    public static RenderedEnvironment HandTo(ProgressiveController controller, RenderedEnvironment environment)
    {
        var services = Services(environment);
        return services.IsEmpty ? environment : environment with
        {
            Objects = [.. ObjectOrder.Sorted(controller == ProgressiveController.Flagger ? FlaggerObjects.Of(environment, services) : RolloutObjects.Of(environment, services))],
        };
    }

    /// <summary>Services of an environment that ask for a person between steps, by name in the Compose file; Flagger can't be told so without a webhook.</summary>
    public static ImmutableArray<ServiceDesired> ByHand(RenderedEnvironment environment) => [.. Services(environment).Values.Where(s => s.Rollout.ByHand)];

    /// <summary>By the name of their Deployment, the services that are replaced by shares of their requests.</summary>
    private static ImmutableSortedDictionary<string, ServiceDesired> Services(RenderedEnvironment environment)
    {
        var deployments = environment.Objects.Where(o => o.Kind == "Deployment").Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        return ClusterPlanner.Plan(environment.Request, new Diagnostics.DiagnosticBag()).Workloads
            .Where(w => w.Service.IsByShares && w.HasService && deployments.Contains(w.Name))
            .ToImmutableSortedDictionary(w => w.Name, w => w.Service, StringComparer.Ordinal);
    }

    /// <summary>Why an object that is made for a strategy is there.</summary>
    internal static Origin Because(ServiceDesired service, EnvironmentSpec environment) =>
        new($"`strategy: {service.Rollout.Kind.Word()}` of {service.Name}", service.Rollout.Location ?? environment.Location);

    /// <summary>A span of time as both controllers read it.</summary>
    internal static string Duration(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Quantity.Seconds(time)}s");
}
