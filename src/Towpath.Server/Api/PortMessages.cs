namespace Towpath.Server.Api;

/// <summary>Assigns a port.</summary>
/// <param name="Environment">To which environment.</param>
/// <param name="Port">Which, or null for the first free one.</param>
/// <param name="Actor">Who assigns it.</param>
public sealed record PortRequest(string Environment, int? Port, string Actor);

/// <summary>Takes the assigned port of an environment back.</summary>
/// <param name="Environment">Of which.</param>
/// <param name="Actor">Who takes it.</param>
public sealed record PortReleaseRequest(string Environment, string Actor);

/// <summary>A port that an environment has.</summary>
/// <param name="Port">The port.</param>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Standing"><c>chosen</c> by Towpath, <c>declared</c> by a commit, or <c>assigned</c> by an operator.</param>
/// <param name="Actor">Who declared or assigned it; null for Towpath itself.</param>
public sealed record PortAnswer(int Port, string Application, string Environment, string Standing, string? Actor);

/// <summary>All ports.</summary>
/// <param name="Held">Those that environments have, by port.</param>
/// <param name="Free">A few that nobody has.</param>
/// <param name="First">First port that Towpath may choose.</param>
/// <param name="Last">Last one.</param>
/// <param name="OperatorsOnly">Commits get assigned ports only.</param>
public sealed record PortsAnswer(IReadOnlyList<PortAnswer> Held, IReadOnlyList<int> Free, int First, int Last, bool OperatorsOnly);
