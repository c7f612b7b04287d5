using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Core.Containers;

/// <summary>The sides of a deployment to what the gateway must do.</summary>
public static class GatewayPlanner
{
    private static readonly TimeSpan LeastDrainTime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// With both sides every service of either has its backend, so that replicas of both can serve; where their routes contradict,
    /// the side that runs now is right until the rollout is over.
    /// </summary>
    /// <exception cref="DiagnosticException">A service has a port that the gateway keeps for itself (TP5506).</exception>
    public static GatewayDesired Plan(DeploymentPlan plan, Side side, int maxConnections) => side switch
    {
        Side.Target => Of([plan.Target], maxConnections),
        Side.Previous when plan.Previous is { } previous => Of([previous], maxConnections),
        Side.Both when plan.Previous is { } previous => Of([previous, plan.Target], maxConnections),
        _ => Of([plan.Target], maxConnections),
    };

    private static GatewayDesired Of(EnvironmentDesired[] sides, int maxConnections)
    {
        var services = sides.Reverse().SelectMany(s => s.Services).Where(s => s.BehindGateway).DistinctBy(s => s.Name, StringComparer.Ordinal)
            .OrderBy(s => s.Name, StringComparer.Ordinal).ToList();
        if (services.Find(s => GatewayPorts.IsReserved(s.Spec.HttpPort!.Value)) is { } taken)
            throw new DiagnosticException(ExitCode.InvalidInput, GatewayDiagnostics.PortReserved(taken.Name, taken.Spec.HttpPort!.Value, taken.Spec.Location));
        return new GatewayDesired(
            [.. services.Select(s => new GatewayBackend(s.Name, s.Spec.HttpPort!.Value, s.Readiness.Kind == ReadinessKind.Http ? s.Readiness.Path : null))],
            Routes(sides),
            maxConnections)
        {
            PrivateRoutes = Routes(sides.Reverse()),
            DrainTime = services.Select(s => s.Spec.StopGracePeriod).Append(LeastDrainTime).Max(),
            SlowAfter = sides[^1].Environment.Slo?.Latency,
        };
    }

    /// <summary>The routes of all sides; of two for one path, that of the first side.</summary>
    private static ImmutableArray<GatewayRoute> Routes(IEnumerable<EnvironmentDesired> sides) =>
        [.. sides.SelectMany(s => s.Services).Where(s => s.BehindGateway && s.Spec.Delivery.Route is not null)
            .Select(s => new GatewayRoute(s.Spec.Delivery.Route!.Path, s.Name, s.Spec.Delivery.Route.Strip))
            .DistinctBy(r => r.Path, StringComparer.Ordinal).OrderBy(r => r.Path, StringComparer.Ordinal)];
}
