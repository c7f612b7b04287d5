using Towpath.Load;

namespace Towpath.Bench;

/// <summary>One replacement.</summary>
/// <param name="Number">From 1.</param>
/// <param name="What">Services that were replaced.</param>
/// <param name="ControlPlane">What became of the control plane on the way.</param>
/// <param name="Pipeline">From the commit to the release.</param>
/// <param name="Deployment">From the release to its run.</param>
/// <param name="Failed">Requests that failed from its start to the next one's.</param>
internal sealed record Round(int Number, string What, string ControlPlane, TimeSpan Pipeline, TimeSpan Deployment, long Failed);

/// <summary>A series of replacements under load, with requests counted apart by when they came.</summary>
/// <param name="name">How it was replaced.</param>
/// <param name="load">What users did.</param>
internal sealed class Replacements(string name, ShopLoad load)
{
    private LoadGenerator _generator = null!;

    public string Name => name;

    public ShopLoad Load => load;

    public List<Round> Rounds { get; } = [];

    /// <summary>Nothing goes on but the load.</summary>
    public LoadWindow Steady { get; private set; } = null!;

    /// <summary>From the commit until a second after the replacement; what keeps data stays.</summary>
    public LoadWindow Replacing { get; private set; } = null!;

    /// <summary>The same where the database and the queue are replaced too: requests wait for them.</summary>
    public LoadWindow ReplacingAll { get; private set; } = null!;

    /// <summary>The whole run.</summary>
    public LoadReport Total { get; set; } = null!;

    /// <summary>The shop's own count at the end; null where nobody asked.</summary>
    public OrderCount? Count { get; set; }

    /// <summary>Requests that failed so far.</summary>
    public long Failed => _generator.Report().Total.Failed;

    public void Begin(LoadGenerator generator)
    {
        _generator = generator;
        Replacing = generator.OpenWindow("replacing");
        ReplacingAll = generator.OpenWindow("replacing, with database and queue");
        Steady = generator.OpenWindow("steady");
    }

    public void Enter(bool whole) => _generator.Reopen(whole ? ReplacingAll : Replacing);

    public void Leave() => _generator.Reopen(Steady);
}
