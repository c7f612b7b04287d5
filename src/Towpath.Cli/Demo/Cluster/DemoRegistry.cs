using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Cli.Demo.Cluster;

/// <summary>A registry in a container of this machine, for a cluster on the same machine.</summary>
/// <param name="engine">Runs it.</param>
internal sealed class DemoRegistry(IContainerEngine engine)
{
    private const string Container = "towpath-demo-registry";
    private const int Port = 5049;
    private const int InsidePort = 5000;
    private const int Attempts = 100;

    /// <summary>Its address, and the path of the demo.</summary>
    public static string Address { get; } = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}/shop");

    /// <summary>Starts it where it does not run, and waits until it answers.</summary>
    /// <exception cref="DiagnosticException">TP7134: it does not answer.</exception>
    /// <exception cref="EngineException">It can't be started.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await engine.InspectContainerAsync(Container, cancellationToken) is null)
        {
            await engine.CreateContainerAsync(Plan(), cancellationToken);
        }

        await engine.StartContainerAsync(Container, cancellationToken);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var words = "";
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/v2/")), cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                words = $"it answers {(int)answer.StatusCode}";
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                words = exception.Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        throw new DiagnosticException(ExitCode.EngineUnavailable, CliDiagnostics.NoRegistry($"{words}; its last lines: {string.Join(" / ", await engine.TailLogsAsync(Container, 3, cancellationToken))}"));
    }

    /// <summary>Removes it and all that it has.</summary>
    /// <returns>False where it was not there.</returns>
    public async Task<bool> RemoveAsync(CancellationToken cancellationToken)
    {
        if (await engine.InspectContainerAsync(Container, cancellationToken) is null)
        {
            return false;
        }

        await engine.RemoveContainerAsync(Container, cancellationToken);
        return true;
    }

    private ContainerPlan Plan() => new()
    {
        Name = Container,
        Image = DemoImages.Registry,
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("towpath.demo", "registry"),
        // The network that the engine has by itself.
        Network = engine.Kind == "docker" ? "bridge" : "podman",
        Ports = [new ContainerPort("127.0.0.1", Port, InsidePort)],
    };
}
