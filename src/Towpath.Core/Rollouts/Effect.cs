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
[JsonDerivedType(typeof(RetireReplica), "retireReplica")]
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

/// <summary>The gateway sends requests to a replica.</summary>
public sealed record AdmitReplica(Side Side, string Service, string Container) : Effect
{
    /// <inheritdoc/>
    public override string Key => $"admit:{Container}";

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
