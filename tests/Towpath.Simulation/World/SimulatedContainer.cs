using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Simulation.World;

/// <summary>One container of a service, and what the gateway knows of it.</summary>
internal sealed class SimulatedContainer(string name, ServiceDesired service, int ordinal, string release, ImageBehaviour image)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What it was created for.</summary>
    public ServiceDesired Service { get; } = service;

    /// <summary>Replica number.</summary>
    public int Ordinal { get; } = ordinal;

    /// <summary>Release that created it.</summary>
    public string Release { get; } = release;

    /// <summary>How its process behaves.</summary>
    public ImageBehaviour Image { get; } = image;

    /// <summary>What its process is doing.</summary>
    public ReplicaProcess Process { get; set; } = ReplicaProcess.Created;

    /// <summary>Last start as the machine's clock showed it, or creation.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Virtual time of the last start.</summary>
    public TimeSpan StartedAt { get; set; }

    /// <summary>Starts so far; tells whether a timer is still about the process that it was set for.</summary>
    public int Starts { get; set; }

    /// <summary>Of the ended process.</summary>
    public int ExitCode { get; set; }

    /// <summary>Times that the engine started it again.</summary>
    public int Restarts { get; set; }

    /// <summary>Virtual time at which it was last seen fit to answer; null for never.</summary>
    public TimeSpan? HealthyAt { get; set; }

    /// <summary>The gateway has a server for it.</summary>
    public bool IsKnown { get; set; }

    /// <summary>The gateway sends it nothing new.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Weight at the gateway.</summary>
    public int Weight { get; set; }

    /// <summary>Requests, errors and slow answers since the gateway knows it.</summary>
    public (double Requests, double Errors, double Slow) Answered { get; set; }

    /// <summary>Its process runs and passes its check.</summary>
    public bool IsReady(TimeSpan now) => Process == ReplicaProcess.Running && Image.ReadyAfter is { } after && now >= StartedAt + after;

    /// <summary>It answers a probe as expected.</summary>
    public bool Verifies(TimeSpan now) => IsReady(now) && Image.Verifies && !(now >= StartedAt + Image.SpoilsAfter);

    /// <summary>The gateway would send it requests, if it is up.</summary>
    public bool TakesRequests => IsKnown && !IsDraining && Weight > 0;

    /// <summary>Forgets what the gateway knew.</summary>
    public void Leave() => (IsKnown, IsDraining, Weight, Answered) = (false, false, 0, default);
}
