using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>How far an object is from what its specification says.</summary>
public enum Readiness
{
    /// <summary>It is as it should be.</summary>
    Ready,

    /// <summary>On the way; time may be all that it needs.</summary>
    InProgress,

    /// <summary>It will not get there unless somebody changes something.</summary>
    Failed,

    /// <summary>The object does not tell.</summary>
    Unknown,
}

/// <summary>Why an object is not ready.</summary>
public enum StatusCause
{
    /// <summary>No cause is known, or none is needed.</summary>
    None,

    /// <summary>An image can't be pulled.</summary>
    ImagePull,

    /// <summary>A container ends again and again.</summary>
    CrashLoop,

    /// <summary>A container can't be started: its program is not there, or the runtime refuses.</summary>
    StartFailed,

    /// <summary>A container ended with an exit code that is not 0.</summary>
    Exited,

    /// <summary>A container used more memory than it may.</summary>
    OutOfMemory,

    /// <summary>No node takes the pod.</summary>
    Unschedulable,

    /// <summary>A quota of the namespace is used up.</summary>
    QuotaExceeded,

    /// <summary>A probe fails.</summary>
    ProbeFailing,

    /// <summary>A Secret or ConfigMap, or a key of one, is missing.</summary>
    ConfigMissing,

    /// <summary>A volume can't be bound, attached or mounted.</summary>
    Volume,

    /// <summary>Admission refuses the pods: a limit, a policy, a webhook, a service account that is not there.</summary>
    AdmissionRefused,

    /// <summary>The node of a pod is not ready.</summary>
    NodeNotReady,

    /// <summary>The pod was put off its node.</summary>
    Evicted,

    /// <summary>It took longer than it may.</summary>
    Deadline,
}

/// <summary>What a reader says of an object.</summary>
/// <param name="Readiness">How far it is.</param>
/// <param name="Why">One sentence for people, without a full stop.</param>
/// <param name="Cause">Why it is not ready.</param>
public sealed record ObjectVerdict(Readiness Readiness, string Why, StatusCause Cause = StatusCause.None);

/// <summary>An object with what explains it. All are JSON as the API server shows them.</summary>
/// <param name="Item">The object itself.</param>
public sealed record ObservedObject(JsonObject Item)
{
    /// <summary>Pods that may belong to it: those that an owner other than it made are passed over.</summary>
    public ImmutableArray<JsonObject> Pods { get; init; } = [];

    /// <summary>Replica sets that may belong to it.</summary>
    public ImmutableArray<JsonObject> ReplicaSets { get; init; } = [];

    /// <summary>Events of all of them, of either API.</summary>
    public ImmutableArray<JsonObject> Events { get; init; } = [];

    /// <summary>Nodes, where they can be read.</summary>
    public ImmutableArray<JsonObject> Nodes { get; init; } = [];

    /// <summary>The last lines that containers wrote before they ended, by <c>POD/CONTAINER</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> LastLines { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;
}
