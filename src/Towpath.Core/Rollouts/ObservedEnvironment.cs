using System.Collections.Immutable;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>What the process of a replica is doing.</summary>
public enum ReplicaProcess
{
    /// <summary>The container exists, its process was never started: a crash came between the two.</summary>
    Created,

    /// <summary>Runs.</summary>
    Running,

    /// <summary>Ended; the engine will not start it again.</summary>
    Exited,

    /// <summary>Ended; the engine starts it again.</summary>
    Restarting,
}

/// <summary>What the gateway does with a replica.</summary>
public enum ReplicaTraffic
{
    /// <summary>The gateway does not know it.</summary>
    None,

    /// <summary>The gateway knows it, but sends nothing to it yet: it was being admitted, or its check fails.</summary>
    Joining,

    /// <summary>The gateway knows it and finds it up, but gives it no share of the requests: a new one before its step.</summary>
    Standby,

    /// <summary>Takes requests.</summary>
    Serving,

    /// <summary>Finishes the requests it has.</summary>
    Draining,
}

/// <summary>One container of a service as it is now.</summary>
public sealed record ObservedReplica
{
    /// <summary>Container name, unique on the engine.</summary>
    public required string Container { get; init; }

    /// <summary>Service.</summary>
    public required string Service { get; init; }

    /// <summary>Revision that it was created for.</summary>
    public required string Revision { get; init; }

    /// <summary>Number within the revision, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Release that created it.</summary>
    public required string Release { get; init; }

    /// <summary>Digest of the image that it runs.</summary>
    public required string ImageDigest { get; init; }

    /// <summary>What its process is doing.</summary>
    public required ReplicaProcess Process { get; init; }

    /// <summary>Since when: its last start, or its creation where it never started.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Of the ended process.</summary>
    public int ExitCode { get; init; }

    /// <summary>Times that the engine started it again.</summary>
    public int Restarts { get; init; }

    /// <summary>Its readiness check passed.</summary>
    public bool Ready { get; init; }

    /// <summary>What the last readiness check said, where it failed.</summary>
    public string? ReadinessDetail { get; init; }

    /// <summary>What the gateway does with it.</summary>
    public ReplicaTraffic Traffic { get; init; }

    /// <summary>Its share of the requests against others of the service, 0 to 256; 0 where the gateway does not know it.</summary>
    public int Weight { get; init; }

    /// <summary>What it answered since the gateway knows it; null where nothing counts it.</summary>
    public RequestCounters? Counters { get; init; }

    /// <summary>What it wrote last, where it did not become ready.</summary>
    public ImmutableArray<string> LastLines { get; init; } = [];
}

/// <summary>One environment as it is now.</summary>
/// <param name="Replicas">Containers of services.</param>
/// <param name="GatewayRuns">The gateway's container runs. Where it does not, nothing is known about traffic.</param>
public sealed record ObservedEnvironment(ImmutableArray<ObservedReplica> Replicas, bool GatewayRuns = true)
{
    /// <summary>What went through the public entry since its gateway began to count; null where it does not run.</summary>
    public RequestCounters? Entry { get; init; }

    /// <summary>What was changed behind Towpath's back beside replicas, where the engine can tell: fields of objects, objects that are gone.</summary>
    public ImmutableArray<ObservedChange> Changes { get; init; } = [];
}

/// <summary>Something in an environment that is not as it was applied.</summary>
/// <param name="Key">The same for as long as it lasts: a kind, a colon, and what it is about, which is what is told when it is right again.</param>
/// <param name="Service">Service, or null for the environment's own.</param>
/// <param name="Text">What was found and who did it, in a sentence for people; without anything secret, since it is told in the journal.</param>
/// <param name="Mend">What puts it right; null where that is not Towpath's to do.</param>
public sealed record ObservedChange(string Key, string? Service, string Text, Effect? Mend);
