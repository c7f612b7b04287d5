using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>Ways from the running revision of a service to the next.</summary>
public enum StrategyKind
{
    /// <summary>Replica by replica: a new one takes requests before an old one goes.</summary>
    Rolling,

    /// <summary>All new replicas beside the old ones, asked on a private route; then all requests at once.</summary>
    BlueGreen,

    /// <summary>Shares of the requests in steps, each judged by what it did to them.</summary>
    Canary,

    /// <summary>The old replicas go before the new ones start.</summary>
    Recreate,
}

/// <summary>Strategies as people write them.</summary>
public static class StrategyWords
{
    /// <summary>The word for it in <c>towpath.yaml</c>.</summary>
    public static string Word(this StrategyKind kind) => kind == StrategyKind.BlueGreen ? "blue-green" : kind.ToString().ToLowerInvariant();
}

/// <summary>A number of replicas, or a share of them.</summary>
/// <param name="Value">Count, or percent where <paramref name="IsPercent"/>.</param>
/// <param name="IsPercent">It is a share of the wanted replicas.</param>
public sealed record Portion(int Value, bool IsPercent)
{
    /// <summary>None.</summary>
    public static Portion None { get; } = new(0, false);

    /// <summary>One replica.</summary>
    public static Portion One { get; } = new(1, false);

    /// <summary>As a count, a share rounded up.</summary>
    public int RoundedUp(int replicas) => IsPercent ? ((replicas * Value) + 99) / 100 : Value;

    /// <summary>As a count, a share rounded down.</summary>
    public int RoundedDown(int replicas) => IsPercent ? replicas * Value / 100 : Value;
}

/// <summary>How a service is replaced; <c>strategy:</c> in <c>towpath.yaml</c>, of an environment or of one service in it.</summary>
public sealed record StrategySpec
{
    /// <summary>Rolling, one new replica at a time, none missing.</summary>
    public static StrategySpec Default { get; } = new();

    /// <summary>Which way.</summary>
    public StrategyKind Kind { get; init; } = StrategyKind.Rolling;

    /// <summary>Rolling: replicas that may be there beyond the wanted number. At least one where <see cref="Unavailable"/> is none.</summary>
    public Portion Surge { get; init; } = Portion.One;

    /// <summary>Rolling: wanted replicas that may be missing meanwhile.</summary>
    public Portion Unavailable { get; init; } = Portion.None;

    /// <summary>Canary: shares of the requests in percent, rising, each from 1 to 99; the whole comes after the last by itself.</summary>
    public ImmutableArray<int> Steps { get; init; } = [];

    /// <summary>Canary: least time of a step.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Canary: what a step must show.</summary>
    public AnalysisSpec Analysis { get; init; } = AnalysisSpec.Default;

    /// <summary>Canary and blue-green: a person lets it go on (<c>towpath proceed</c>) before each step.</summary>
    public bool ByHand { get; init; }

    /// <summary>Where it is declared; null for the default.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Location? Location { get; init; }
}

/// <summary>What the requests of a canary's step must show. Without enough requests a step has not passed.</summary>
/// <param name="LeastRequests">Requests that the new replicas must have answered within the step.</param>
/// <param name="MostErrors">Largest share of 5xx answers, 0 to 1, by which a step passes.</param>
/// <param name="MostSlow">Largest share of answers above the environment's latency objective, 0 to 1; null where it is not judged.</param>
/// <param name="HardErrors">Share of 5xx answers, 0 to 1, above which the rollout is aborted at once, interval or not.</param>
/// <param name="Patience">How long a step may wait for its requests before it counts as failed.</param>
public sealed record AnalysisSpec(int LeastRequests, double MostErrors, double? MostSlow, double HardErrors, TimeSpan Patience)
{
    /// <summary>Twenty requests, one error in a hundred, aborted at one in five, ten minutes of patience.</summary>
    public static AnalysisSpec Default { get; } = new(20, 0.01, null, 0.2, TimeSpan.FromMinutes(10));
}

/// <summary>What is done about things that were changed behind Towpath's back.</summary>
public enum DriftPolicy
{
    /// <summary>Told and put right.</summary>
    Mend,

    /// <summary>Told only.</summary>
    Report,
}

/// <summary>What an environment promises to its users; <c>slo:</c> in <c>towpath.yaml</c>.</summary>
/// <param name="Availability">Share of requests that must not end in a 5xx, 0 to 1; null for no promise.</param>
/// <param name="Latency">An answer that takes longer counts as slow; null for no promise.</param>
/// <param name="LatencyShare">Share of answers that must not be slow, 0 to 1 (0.95 for <c>p95</c>).</param>
/// <param name="Window">Time over which both are counted.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record SloSpec(double? Availability, TimeSpan? Latency, double LatencyShare, TimeSpan Window, Location Location)
{
    /// <summary>The window where none is declared.</summary>
    public static TimeSpan UsualWindow { get; } = TimeSpan.FromDays(30);
}
