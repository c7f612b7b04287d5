using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers;

/// <summary>Decides which engine runs the containers.</summary>
public static class EngineSelection
{
    /// <summary>A running Docker, else Podman.</summary>
    public const string Auto = "auto";

    private const string SocketScheme = "unix://";
    private const string DockerSocket = "/var/run/docker.sock";

    /// <summary>Opens the engine that the user asked for. Podman's service is started where it does not run.</summary>
    /// <param name="choice"><c>auto</c>, <c>podman</c>, <c>docker</c> or <c>unix:///path/of/socket</c>.</param>
    /// <param name="podman">Where Podman's service lives, should it be needed.</param>
    /// <param name="time">For waits.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DiagnosticException">The choice means nothing, or that engine is not to be had.</exception>
    public static async Task<DockerApiEngine> OpenAsync(
        string choice, PodmanServiceOptions podman, TimeProvider time, CancellationToken cancellationToken)
    {
        if (choice.StartsWith(SocketScheme, StringComparison.Ordinal))
        {
            var path = choice[SocketScheme.Length..];
            return await TryConnectAsync(path, time, cancellationToken)
                ?? throw Unavailable(EngineDiagnostics.EngineDoesNotAnswer(path));
        }

        return choice switch
        {
            DockerApiEngine.Podman => await new PodmanService(podman, time).StartAsync(cancellationToken),
            DockerApiEngine.Docker => await TryDockerAsync(time, cancellationToken)
                ?? throw Unavailable(EngineDiagnostics.DockerDoesNotRun(DockerSockets().First())),
            Auto => await TryDockerAsync(time, cancellationToken) ?? await new PodmanService(podman, time).StartAsync(cancellationToken),
            _ => throw new DiagnosticException(ExitCode.Usage, EngineDiagnostics.UnknownEngine(choice)),
        };
    }

    private static async Task<DockerApiEngine?> TryDockerAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var path in DockerSockets())
        {
            if (await TryConnectAsync(path, time, cancellationToken) is { } engine)
            {
                return engine;
            }
        }

        return null;
    }

    // DOCKER_HOST is what Docker's own client obeys. A remote one is not ours: gateways and logs need the engine on this machine.
    private static IEnumerable<string> DockerSockets()
    {
        var host = Environment.GetEnvironmentVariable("DOCKER_HOST");
        if (host?.StartsWith(SocketScheme, StringComparison.Ordinal) == true)
        {
            yield return host[SocketScheme.Length..];
        }

        yield return DockerSocket;
    }

    private static async Task<DockerApiEngine?> TryConnectAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(path) ? await DockerApiEngine.ConnectAsync(path, time, cancellationToken) : null;
        }
        catch (EngineException)
        {
            // Whatever listens there does not speak the API.
            return null;
        }
    }

    private static DiagnosticException Unavailable(Diagnostic diagnostic) => new(ExitCode.EngineUnavailable, diagnostic);
}
