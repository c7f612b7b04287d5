using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Towpath.Core.Rollouts;

/// <summary>
/// Something that a deployment wants done in the world. Every effect can be done twice with the end result of once: after a crash
/// the stored, unanswered ones run again.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "effect")]
[JsonDerivedType(typeof(CheckGates), "checkGates")]
[JsonDerivedType(typeof(PrepareEnvironment), "prepareEnvironment")]
[JsonDerivedType(typeof(ConfigureGateway), "configureGateway")]
[JsonDerivedType(typeof(EnsureResources), "ensureResources")]
[JsonDerivedType(typeof(RunMigration), "runMigration")]
[JsonDerivedType(typeof(StartReplica), "startReplica")]
[JsonDerivedType(typeof(AdmitReplica), "admitReplica")]
[JsonDerivedType(typeof(SetShare), "setShare")]
[JsonDerivedType(typeof(ParkReplica), "parkReplica")]
[JsonDerivedType(typeof(RetireReplica), "retireReplica")]
[JsonDerivedType(typeof(VerifyPrivately), "verifyPrivately")]
[JsonDerivedType(typeof(RevertMigration), "revertMigration")]
[JsonDerivedType(typeof(Verify), "verify")]
[JsonDerivedType(typeof(CleanUp), "cleanUp")]
[JsonDerivedType(typeof(RemoveEnvironment), "removeEnvironment")]
public abstract record Effect
{
    /// <summary>Identifies it within its deployment: of two effects with one key, one is enough.</summary>
    [JsonIgnore]
    public abstract string Key { get; }

    /// <summary>Container that it acts on, or null: two effects on one container never run at once.</summary>
    [JsonIgnore]
    public virtual string? Target => null;

    /// <summary>Service that it is about, or null.</summary>
    [JsonIgnore]
    public virtual string? About => null;
}

/// <summary>Whose desired state an effect works from.</summary>
public enum Side
{
    /// <summary>The release that is to come in.</summary>
    Target,

    /// <summary>The release that was there before.</summary>
    Previous,

    /// <summary>Both: services of either are served.</summary>
    Both,
}

/// <summary>Judges the environment's gates once more, now that it is this deployment's turn.</summary>
public sealed record CheckGates : Effect
{
    /// <inheritdoc/>
    public override string Key => "gates";
}

/// <summary>Network, volumes, secrets and config files exist.</summary>
public sealed record PrepareEnvironment : Effect
{
    /// <inheritdoc/>
    public override string Key => "prepare";
}

/// <summary>The gateway runs and knows the services of a side.</summary>
public sealed record ConfigureGateway(Side Side) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"gateway:{Side}";
}

/// <summary>Declared resources exist in their backing services.</summary>
public sealed record EnsureResources : Effect
{
    /// <inheritdoc/>
    public override string Key => "resources";
}

/// <summary>The migration of a service ran to its end.</summary>
public sealed record RunMigration(string Service) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"migrate:{Service}";

    /// <inheritdoc/>
    public override string? About => Service;
}

/// <summary>A container of a service exists and its process was started.</summary>
/// <param name="Side">Whose desired state says how.</param>
/// <param name="Service">Service.</param>
/// <param name="Ordinal">Replica number.</param>
/// <param name="Container">Container name.</param>
public sealed record StartReplica(Side Side, string Service, int Ordinal, string Container) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"start:{Container}";

    /// <inheritdoc/>
    public override string? Target => Container;

    /// <inheritdoc/>
    public override string? About => Service;
}

/// <summary>The gateway knows a replica, finds it up and sends it requests by its weight.</summary>
/// <param name="Side">Whose desired state says at which port.</param>
/// <param name="Service">Service.</param>
/// <param name="Container">Container name.</param>
/// <param name="Weight">Its share against other replicas, 0 to 256; with 0 it is reached by the private route only.</param>
public sealed record AdmitReplica(Side Side, string Service, string Container, int Weight = AdmitReplica.FullWeight) : Effect
{
    /// <summary>Weight of a replica that takes its full share.</summary>
    public const int FullWeight = 100;


    /// <inheritdoc/>
    public override string Key => $"admit:{Container}";

    /// <inheritdoc/>
    public override string? Target => Container;

    /// <inheritdoc/>
    public override string? About => Service;
}

/// <summary>The weights of a service's replicas at the gateway are exactly these, changed in one go.</summary>
/// <param name="Service">Service.</param>
/// <param name="Percent">Share that the weights give to the new revision, for people; the weights are what counts.</param>
/// <param name="Weights">Container name to weight, 0 to 256; replicas that are not named are left alone, and names that are gone are passed over.</param>
public sealed record SetShare(string Service, int Percent, ImmutableSortedDictionary<string, int> Weights) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"share:{Service}";

    /// <summary>One at a time for a service; no container, so that nothing on a replica waits for it.</summary>
    public override string? Target => $"{Service}'s weights";

    /// <inheritdoc/>
    public override string? About => Service;

    /// <inheritdoc/>
    public bool Equals(SetShare? other) =>
        other is not null && Service == other.Service && Percent == other.Percent && Weights.SequenceEqual(other.Weights);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Service, Percent, Weights.Count);
}

/// <summary>
/// A replica of the release before takes no requests any more and has finished those it had, but could at once: it runs on behind the
/// gateway, or, where nothing would keep it from working on its own, its process is stopped and its container kept.
/// </summary>
/// <param name="Service">Service.</param>
/// <param name="Container">Container name.</param>
/// <param name="Stop">Its process is stopped.</param>
public sealed record ParkReplica(string Service, string Container, bool Stop) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"park:{Container}";

    /// <inheritdoc/>
    public override string? Target => Container;

    /// <inheritdoc/>
    public override string? About => Service;
}

/// <summary>A replica has finished its requests, is stopped and gone; its logs are kept.</summary>
public sealed record RetireReplica(string Service, string Container) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"retire:{Container}";

    /// <inheritdoc/>
    public override string? Target => Container;

    /// <inheritdoc/>
    public override string? About => Service;
}

/// <summary>A verification probe was answered as expected.</summary>
public sealed record Verify(string Probe) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"verify:{Probe}";
}

/// <summary>A verification probe was answered as expected by the new replicas of a service, through the gateway's private route.</summary>
public sealed record VerifyPrivately(string Service, string Probe) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"verify:{Service}:{Probe}";

    /// <inheritdoc/>
    public override string? About => Service;
}

/// <summary>What the migration of a service did was taken back.</summary>
/// <param name="Service">Service.</param>
/// <param name="Release">The release that it came with; null for the one that is coming in.</param>
public sealed record RevertMigration(string Service, string? Release = null) : Effect
{
    /// <inheritdoc/>
    public override string Key => Release is null ? $"revert:{Service}" : $"revert:{Release}:{Service}";

    /// <inheritdoc/>
    public override string? About => Service;
}

/// <summary>Containers of the environment that no side wants are gone: finished migrations and orphans.</summary>
public sealed record CleanUp(Side Side) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"cleanup:{Side}";
}

/// <summary>All of an environment that never had a good release is gone.</summary>
public sealed record RemoveEnvironment : Effect
{
    /// <inheritdoc/>
    public override string Key => "remove";
}
