using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Handover;

/// <summary>What Dev hands to Ops and what Ops promises back, on one sheet. It holds no value of a variable and none of a secret.</summary>
/// <param name="Application">Name of the application.</param>
/// <param name="Services">In the order of their names.</param>
/// <param name="Environments">The ladder, lowest first.</param>
/// <param name="Secrets">All secrets, without values.</param>
/// <param name="RulesOff">Rules of the contract that the team has put off.</param>
/// <param name="Open">What is still to be done, Dev's points first.</param>
public sealed record HandoverSheet(
    string Application,
    ImmutableArray<ServiceSheet> Services,
    ImmutableArray<EnvironmentSheet> Environments,
    ImmutableArray<SecretSheet> Secrets,
    ImmutableArray<string> RulesOff,
    ImmutableArray<OpenPoint> Open)
{
    /// <summary>What was delivered last, and what the validation of its images found; null where nobody asked a control plane.</summary>
    public DeliverySheet? Delivery { get; init; }
}

/// <summary>The last delivery.</summary>
/// <param name="Release">Of which release.</param>
/// <param name="At">When its pipeline delivered it, UTC.</param>
/// <param name="Finals">Its final deliveries, each in words.</param>
/// <param name="Services">The validation of its images.</param>
public sealed record DeliverySheet(string Release, DateTimeOffset At, ImmutableArray<string> Finals, ImmutableArray<ServiceValidation> Services);

/// <summary>One thing that is said about a service or an environment.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Value">What is said; null where nothing is, and somebody should.</param>
public sealed record SheetFact(string Name, string? Value);

/// <summary>One service.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Facts">What is said about it, in the order to show.</param>
/// <param name="Variables">The variables that it is given, by name.</param>
public sealed record ServiceSheet(string Name, ImmutableArray<SheetFact> Facts, ImmutableArray<VariableSheet> Variables);

/// <summary>One variable of a service, without its value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it is for; null where nobody said.</param>
/// <param name="IsSecret">Its value is a secret, or the place of one.</param>
/// <param name="IsRequired">The service does not start without it.</param>
/// <param name="IsGiven">The Compose file or an environment gives it a value.</param>
public sealed record VariableSheet(string Name, string? Meaning, bool IsSecret, bool IsRequired, bool IsGiven);

/// <summary>One environment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Facts">What is said about it, in the order to show.</param>
public sealed record EnvironmentSheet(string Name, ImmutableArray<SheetFact> Facts);

/// <summary>One secret.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Origin">Where its value comes from, in words.</param>
/// <param name="UsedBy">The services that mount it.</param>
public sealed record SecretSheet(string Name, string Origin, ImmutableArray<string> UsedBy);

/// <summary>Who acts on an open point.</summary>
public enum Side
{
    /// <summary>Those who write the services.</summary>
    Dev,

    /// <summary>Those who run them.</summary>
    Ops,
}

/// <summary>Something that keeps the contract from being whole.</summary>
/// <param name="Side">Who acts.</param>
/// <param name="Code">Code of the diagnostic.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Help">What to do, or null.</param>
/// <param name="Place">File, line and column, or null.</param>
public sealed record OpenPoint(Side Side, string Code, Severity Severity, string Text, string? Help, string? Place);
