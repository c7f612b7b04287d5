using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>What <c>towpath.yaml</c> says about the contract: how strictly it is held, and the ports that Ops gives out.</summary>
public sealed record ContractTerms
{
    /// <summary>Nothing is said.</summary>
    public static ContractTerms None { get; } = new();

    /// <summary><c>level: strict</c>: what would be a warning is an error.</summary>
    public bool IsStrict { get; init; }

    /// <summary>Rules whose severity is set, in source order.</summary>
    public ImmutableArray<RuleSetting> Rules { get; init; } = [];

    /// <summary>Files in which something that looks like a credential is none.</summary>
    public ImmutableArray<AllowedCredential> AllowedCredentials { get; init; } = [];

    /// <summary>The port registry, or null where Ops keeps none here.</summary>
    public ImmutableArray<PortAssignment>? Ports { get; init; }
}

/// <summary>The severity of one rule.</summary>
/// <param name="Rule">Its name or code, as written.</param>
/// <param name="Severity">Null for off.</param>
/// <param name="Services">The services that it is set for; empty for all.</param>
/// <param name="Because">Why, or null where nobody said.</param>
/// <param name="Location">Where it is set.</param>
public sealed record RuleSetting(string Rule, Severity? Severity, ImmutableArray<string> Services, string? Because, Location Location);

/// <summary>Files that are left out of the search for credentials.</summary>
/// <param name="Path">A path or pattern, as in <c>.dockerignore</c>: <c>*</c> within one name, <c>**</c> over several.</param>
/// <param name="Because">Why what is found there is no credential.</param>
/// <param name="Location">Where it is said.</param>
public sealed record AllowedCredential(string Path, string Because, Location Location);

/// <summary>The ports that Ops gave to a service.</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Listen">Container port, or null where that is free.</param>
/// <param name="Publish">Host port, or null where that is free.</param>
/// <param name="Protocol">What is spoken there, such as <c>http</c>; null where that is not said.</param>
/// <param name="Location">Where the service is named.</param>
/// <param name="ListenLocation">Where <paramref name="Listen"/> is said.</param>
/// <param name="PublishLocation">Where <paramref name="Publish"/> is said.</param>
public sealed record PortAssignment(
    string Service, int? Listen, int? Publish, string? Protocol, Location Location, Location? ListenLocation, Location? PublishLocation);
