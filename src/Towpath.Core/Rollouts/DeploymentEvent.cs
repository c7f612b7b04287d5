using Towpath.Core.Diagnostics;

namespace Towpath.Core.Rollouts;

/// <summary>What can happen to a deployment.</summary>
public abstract record DeploymentEvent;

/// <summary>The environment was looked at.</summary>
public sealed record Observed(ObservedEnvironment Environment) : DeploymentEvent;

/// <summary>An effect was done.</summary>
public sealed record EffectSucceeded(string Key) : DeploymentEvent;

/// <summary>An effect could not be done.</summary>
public sealed record EffectFailed(string Key, Diagnostic Diagnostic) : DeploymentEvent;

/// <summary>A newer release waits for the same environment.</summary>
public sealed record NewerRequested(string Release) : DeploymentEvent;

/// <summary>A person asked for something. Each is numbered, so that one that is delivered twice counts once.</summary>
/// <param name="Number">Its number; greater than those of earlier ones.</param>
/// <param name="Actor">Who.</param>
public abstract record PersonAsked(long Number, string Actor) : DeploymentEvent;

/// <summary>A person takes the request back, or wants what was done taken back.</summary>
public sealed record CancelRequested(long Number, string Actor) : PersonAsked(Number, Actor);

/// <summary>A person wants the deployment to stand still: what is under way ends, nothing new begins.</summary>
public sealed record PauseRequested(long Number, string Actor, string? Reason) : PersonAsked(Number, Actor);

/// <summary>A person lets a deployment that stands still go on.</summary>
public sealed record ResumeRequested(long Number, string Actor) : PersonAsked(Number, Actor);

/// <summary>A person lets weighted rollouts take their next step now, whatever interval and analysis say.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Actor">Who.</param>
/// <param name="Service">The service, or null for all.</param>
/// <param name="Whole">All that is left at once, not one step.</param>
public sealed record ProceedRequested(long Number, string Actor, string? Service, bool Whole) : PersonAsked(Number, Actor);

/// <summary>Everything in the environment is to stand still.</summary>
public sealed record WorldStopped(string Actor, string? Reason) : DeploymentEvent;

/// <summary>The environment may go on.</summary>
public sealed record WorldResumed : DeploymentEvent;
