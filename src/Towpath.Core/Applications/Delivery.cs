using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary><c>x-towpath</c> of a service: what Compose has no word for.</summary>
public sealed record Delivery
{
    /// <summary>Nothing declared.</summary>
    public static Delivery None { get; } = new();

    /// <summary>The team or person that answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Where it says that it can serve.</summary>
    public HealthEndpoint? Health { get; init; }

    /// <summary>Public path at the environment's gateway.</summary>
    public Route? Route { get; init; }

    /// <summary>HTTP container port, where <c>ports</c> and <c>expose</c> do not say it.</summary>
    public int? Port { get; init; }

    /// <summary>Where <see cref="Port"/> is declared.</summary>
    [JsonIgnore]
    public Location? PortLocation { get; init; }

    /// <summary>Path of its API description in the commit.</summary>
    public string? Api { get; init; }

    /// <summary>Run once per release and environment, before traffic moves.</summary>
    public Migration? Migrate { get; init; }

    /// <summary>How the pipeline tests it; null for no test.</summary>
    public TestSpec? Test { get; init; }

    /// <summary>What each variable is for, by its name.</summary>
    public ImmutableSortedDictionary<string, VariableMeaning> Variables { get; init; } = ImmutableSortedDictionary<string, VariableMeaning>.Empty;

    /// <summary>How what it stores is kept a second time. Read, shown and asked for; not acted on.</summary>
    public Backup? Backup { get; init; }

    /// <summary>How the pipeline tries its built image; null for the usual way.</summary>
    public TrialSpec? Trial { get; init; }

    /// <summary>How many replicas there may be; null for the number that the Compose file says.</summary>
    public ScaleSpec? Scale { get; init; }

    /// <summary>When it runs to its end, again and again; null for a service that runs on.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>What must exist in a database or queue before migrations run.</summary>
    public ImmutableArray<DeclaredResource> Resources { get; init; } = [];
}

/// <summary>What Dev says about a variable.</summary>
/// <param name="Meaning">What it is for, in a sentence.</param>
/// <param name="IsSecret">Its value must come from a secret.</param>
/// <param name="IsRequired">The service does not start without it.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record VariableMeaning(string Meaning, bool IsSecret, bool IsRequired, Location Location);

/// <summary>The backup of what a service stores: a command that writes it to its output, a volume that is copied, or why there is none.</summary>
/// <param name="Command">Argument list, run in the service's own container; null for none.</param>
/// <param name="Volume">Name of a volume, or null.</param>
/// <param name="Every">Time between two.</param>
/// <param name="Keep">How many are kept.</param>
/// <param name="None">Why there is none, or null where there is one.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Backup(ImmutableArray<string>? Command, string? Volume, TimeSpan Every, int Keep, string? None, Location Location);

/// <summary>HTTP endpoint that answers 2xx when the service can take requests.</summary>
/// <param name="Ready">Path of readiness.</param>
/// <param name="Live">Path of liveness; the same where they do not differ.</param>
/// <param name="Port">Container port, or null for the service's HTTP port.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record HealthEndpoint(string Ready, string Live, int? Port, Location Location);

/// <summary>Public path of a service.</summary>
/// <param name="Path">Prefix that starts with <c>/</c>; the longest match wins.</param>
/// <param name="Strip">The prefix is taken off before the service sees the request.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Route(string Path, bool Strip, Location Location);

/// <summary>A migration command.</summary>
/// <param name="Command">Argument list, run in the service's own image with its environment and secrets.</param>
/// <param name="Timeout">After it the migration counts as failed.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Migration(ImmutableArray<string> Command, TimeSpan Timeout, Location Location)
{
    /// <summary>The release before can run on what it leaves behind. Where not, and without <see cref="Revert"/>, a failure after it freezes the environment.</summary>
    public bool Reversible { get; init; } = true;

    /// <summary>Argument list that takes it back, run in the same image before the release before comes back; null for none.</summary>
    public ImmutableArray<string>? Revert { get; init; }
}

/// <summary>How the pipeline tests a service: a Dockerfile stage, or a command in the built image. Exactly one is set.</summary>
/// <param name="Target">Stage whose build runs the tests.</param>
/// <param name="Command">Argument list, run in the built image without a network.</param>
/// <param name="Timeout">After it the test counts as failed.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record TestSpec(string? Target, ImmutableArray<string>? Command, TimeSpan Timeout, Location Location);

/// <summary>How the pipeline tries the built image of a service that has a health endpoint.</summary>
/// <param name="Wanted">False switches it off.</param>
/// <param name="Timeout">How long each container of the trial may take to become ready.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record TrialSpec(bool Wanted, TimeSpan Timeout, Location Location)
{
    /// <summary>The time where none is declared.</summary>
    public static TimeSpan UsualTimeout { get; } = TimeSpan.FromMinutes(1);
}

/// <summary>Something that must exist inside a backing service.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Service">The backing service, by its Compose name.</param>
/// <param name="Name">Database, queue or exchange.</param>
/// <param name="User">PostgreSQL role that owns the database, or RabbitMQ user to log in as; null for the administrator of the service.</param>
/// <param name="PasswordSecret">Name of the secret that holds that user's password.</param>
/// <param name="ExchangeType">For an exchange: <c>direct</c>, <c>fanout</c>, <c>topic</c> or <c>headers</c>.</param>
/// <param name="Durable">For a queue or exchange: survives a restart of the broker.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record DeclaredResource(
    ResourceKind Kind,
    string Service,
    string Name,
    string? User,
    string? PasswordSecret,
    string? ExchangeType,
    bool Durable,
    Location Location);

/// <summary>Kinds of declared resources.</summary>
public enum ResourceKind
{
    /// <summary>A database (and its owner) in PostgreSQL.</summary>
    PostgresDatabase,

    /// <summary>A queue in RabbitMQ.</summary>
    RabbitQueue,

    /// <summary>An exchange in RabbitMQ.</summary>
    RabbitExchange,
}
