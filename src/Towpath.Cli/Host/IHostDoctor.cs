namespace Towpath.Cli.Host;

/// <summary>Something that this machine needs.</summary>
/// <param name="Name">What.</param>
/// <param name="Ok">It is there and works.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">Command that mends it, or null where there is none.</param>
internal sealed record HostFinding(string Name, bool Ok, string Detail, string? Remedy);

/// <summary>The container engine that the user asked for.</summary>
/// <param name="Engine"><c>auto</c>, <c>podman</c>, <c>docker</c> or <c>unix://PATH</c>.</param>
/// <param name="StateFolder">State folder that Podman's service is started for, where it is needed.</param>
internal sealed record EngineChoice(string Engine, string StateFolder);

/// <summary>Knows what this machine needs, and how to get it.</summary>
internal interface IHostDoctor
{
    /// <summary>Looks.</summary>
    Task<IReadOnlyList<HostFinding>> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Mends what can be mended, then looks again.</summary>
    /// <param name="say">Told what is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<IReadOnlyList<HostFinding>> MendAsync(Action<string> say, CancellationToken cancellationToken);

    /// <summary>Gets the base images that the sample application names: those that can't be pulled are built from Debian's packages under the same names, once.</summary>
    /// <param name="choice">On which engine.</param>
    /// <param name="say">Told what is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task PrepareImagesAsync(EngineChoice choice, Action<string> say, CancellationToken cancellationToken);

    /// <summary>Removes what was put on this machine for the demo alone: images that stand in for public ones, an engine service that Towpath started.</summary>
    /// <param name="choice">On which engine.</param>
    /// <param name="say">Told what is removed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task RemoveTracesAsync(EngineChoice choice, Action<string> say, CancellationToken cancellationToken);
}
