namespace Towpath.Core.Rollouts.Strategies;

/// <summary>A share of the requests as weights of replicas.</summary>
public static class ShareWeights
{
    /// <summary>Largest weight that a gateway takes.</summary>
    public const int Most = 256;

    /// <summary>
    /// The weight of each new and of each old replica by which the new ones together come nearest to a share. Of several that come as near,
    /// the one that leaves old replicas nearest to their full weight.
    /// </summary>
    /// <param name="percent">Share of the new replicas, 0 to 100.</param>
    /// <param name="newReplicas">New replicas that take requests.</param>
    /// <param name="oldReplicas">Old replicas that take requests.</param>
    public static (int New, int Old) Of(int percent, int newReplicas, int oldReplicas)
    {
        if (percent <= 0 || newReplicas == 0) return (0, AdmitReplica.FullWeight);
        if (percent >= 100 || oldReplicas == 0) return (AdmitReplica.FullWeight, 0);
        var best = (New: 0, Old: 0, Error: double.MaxValue);
        foreach (var old in Enumerable.Range(1, Most).OrderBy(w => Math.Abs(w - AdmitReplica.FullWeight)))
        {
            var exact = (double)old * oldReplicas * percent / ((100 - percent) * newReplicas);
            foreach (var candidate in (int[])[(int)Math.Floor(exact), (int)Math.Ceiling(exact)])
            {
                var weight = Math.Clamp(candidate, 1, Most);
                var error = Math.Abs(Percent(weight, newReplicas, old, oldReplicas) - percent);
                if (error < best.Error - 1e-9) best = (weight, old, error);
            }
        }
        return (best.New, best.Old);
    }

    /// <summary>Percent of the requests that new replicas of a weight take beside old ones.</summary>
    public static double Percent(int newWeight, int newReplicas, int oldWeight, int oldReplicas) =>
        100.0 * newWeight * newReplicas / (((long)newWeight * newReplicas) + ((long)oldWeight * oldReplicas));
}
