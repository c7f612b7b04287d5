using Towpath.Engines.Kubernetes.Calls;

namespace Towpath.Engines.Kubernetes.Watching;

/// <summary>What a watch does next.</summary>
/// <param name="Version">From where to watch; null: list first.</param>
/// <param name="Wait">How long to wait before.</param>
internal readonly record struct WatchMove(string? Version, TimeSpan Wait);

/// <summary>
/// Where a watch stands, without any I/O: the version that it has seen, and how often it failed since it last heard anything. A version that the cluster
/// has forgotten is forgotten here too, and everything listed anew.
/// </summary>
/// <param name="Version">The last version seen; null before the first list and when it was forgotten.</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="LastGood">When the cluster last answered well; null before it ever did.</param>
internal sealed record WatchState(string? Version, int Failures, DateTimeOffset? LastGood)
{
    /// <summary>
    /// How long refusals are borne: an API server that starts does not know its own roles and tokens for a moment, so 401, 403 and 404 may pass.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>A watch that ends sooner than that without a word counts as a failure: else a server that ends each at once would be asked without pause.</summary>
    public static readonly TimeSpan VeryShort = TimeSpan.FromSeconds(1);

    /// <summary>Before anything.</summary>
    public static WatchState Start { get; } = new(Version: null, Failures: 0, LastGood: null);

    /// <summary>A list came whole.</summary>
    public static WatchState Listed(string version, DateTimeOffset at) => new(version, 0, at);

    /// <summary>An object or a bookmark came.</summary>
    public WatchState Heard(string? version, DateTimeOffset at) => new(version ?? Version, 0, at);

    /// <summary>The server ended the watch, as it does after the time that it was given.</summary>
    public WatchState Ended(TimeSpan after) => after < VeryShort ? this with { Failures = Failures + 1 } : this with { Failures = 0 };

    /// <summary>A list or a watch failed.</summary>
    public WatchState Failed(ApiFailure failure) => this with
    {
        // The first list after a version was forgotten needs no pause; one that is forgotten again and again does.
        Version = failure == ApiFailure.Gone ? null : Version,
        Failures = Failures + 1,
    };

    /// <summary>Whether it makes no sense to go on: what was refused was never granted, or not for a while.</summary>
    public bool IsOver(ApiFailure failure, DateTimeOffset at) => failure switch
    {
        ApiFailure.Unreachable or ApiFailure.TimedOut or ApiFailure.Busy or ApiFailure.Gone => false,
        ApiFailure.BadAnswer or ApiFailure.Invalid or ApiFailure.Untrusted when LastGood is null => true,
        _ => LastGood is null || at - LastGood > Patience,
    };

    /// <summary>What to do next.</summary>
    /// <param name="chance">A random number from 0 to 1.</param>
    public WatchMove Next(double chance) => new(Version, Failures == 0 || (Failures == 1 && Version is null) ? TimeSpan.Zero : CallRetries.Wait(Failures, chance));
}
