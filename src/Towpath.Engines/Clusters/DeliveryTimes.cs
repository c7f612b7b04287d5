using System.Globalization;
using Towpath.Engines.Environments;

namespace Towpath.Engines.Clusters;

/// <summary>Since when units are in a cluster that somebody else brings them to. A repository can't say it, and a unit that was changed is as old as before.</summary>
internal static class DeliveryTimes
{
    private const string Prefix = "delivered:";

    /// <summary>A unit was seen; the first time counts.</summary>
    public static void Note(IEnvironmentMemory memory, string service, string revision, DateTimeOffset now)
    {
        if (Of(memory, service, revision) is null)
        {
            memory.Write(Prefix + service, $"{revision} {now.ToString("O", CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>All count anew from when they are seen next.</summary>
    public static void Forget(IEnvironmentMemory memory) => memory.Forget(Prefix);

    /// <summary>When a unit was first seen; null for one that never was.</summary>
    public static DateTimeOffset? Of(IEnvironmentMemory memory, string service, string revision) =>
        memory.Read(Prefix + service)?.Split(' ') is [var known, var at] && known == revision && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var seen) ? seen : null;
}
