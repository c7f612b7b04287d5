using System.Collections.Immutable;
using System.Net;
using Towpath.Core.Containers;
using Towpath.Engines.Containers.Wire;
using Towpath.Engines.Host;

namespace Towpath.Engines.Containers;

public sealed partial class DockerApiEngine
{
    private const int ListAttempts = 3;
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RemovalPoll = TimeSpan.FromMilliseconds(100);

    private string LogDriver => IsPodman ? "k8s-file" : "json-file";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ObservedContainer>> ListContainersAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken)
    {
        var path = $"containers/json?all=1&filters={Filters(("label", [.. labels]))}";
        var items = await ListContainersAtAsync(path, cancellationToken);
        return [.. items.Where(item => Carries(item.Labels, labels)).Select(Observe)];
    }

    /// <inheritdoc/>
    public async Task<ContainerDetails?> InspectContainerAsync(string container, CancellationToken cancellationToken)
    {
        var details = await InspectOnceAsync(container, cancellationToken);
        if (details is null || !IsProcessLost(details))
        {
            return details;
        }

        // The process may have ended between the engine's look and ours. Only where the engine does not notice it either, its monitor
        // was killed (Podman's conmon) and the container will be "running" for ever.
        await Task.Delay(TimeSpan.FromMilliseconds(200), _time, cancellationToken);
        details = await InspectOnceAsync(container, cancellationToken);
        return details is not null && IsProcessLost(details) ? details with { State = ContainerState.Dead, Pid = 0 } : details;
    }

    /// <inheritdoc/>
    public async Task<string> CreateContainerAsync(ContainerPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            return await CreateOnceAsync(plan, cancellationToken);
        }
        catch (EngineException e) when (IsPodman && HalfCreated.IsToldBy(e.Message))
        {
            if (await InspectOnceAsync(plan.Name, cancellationToken) is not null) throw;
            await RemoveContainerAsync(plan.Name, cancellationToken);
            return await CreateOnceAsync(plan, cancellationToken);
        }
    }

    private async Task<string> CreateOnceAsync(ContainerPlan plan, CancellationToken cancellationToken)
    {
        var answer = await _transport.PostAsync(
            $"containers/create?name={Escape(plan.Name)}",
            // Podman drops its configured limits where a container names any, and then asks for more processes than a restricted host gives.
            ContainerBody.From(plan, LogDriver, IsPodman ? PodmanConfiguration.Processes(HostLimits.Read()) : null),
            EngineJson.Default.CreateContainerBody,
            EngineJson.Default.CreatedAnswer,
            cancellationToken);
        return answer.Id ?? throw new EngineException(EngineError.Other, "The engine created a container and did not say its identifier.");
    }

    /// <inheritdoc/>
    public async Task StartContainerAsync(string container, CancellationToken cancellationToken)
    {
        var path = $"containers/{Escape(container)}/start";
        await (IsPodman ? _startedPorts.RunAsync(StartAsync, cancellationToken) : StartAsync(cancellationToken));

        Task<HttpStatusCode> StartAsync(CancellationToken token) =>
            _transport.CallAsync(HttpMethod.Post, path, EngineTransport.Ordinary, token, HttpStatusCode.NotModified);
    }

    /// <inheritdoc/>
    public async Task StopContainerAsync(string container, TimeSpan grace, CancellationToken cancellationToken)
    {
        var path = $"containers/{Escape(container)}/stop?t={ContainerBody.Seconds(grace)}";
        try
        {
            await _transport.CallAsync(
                HttpMethod.Post, path, grace + EngineTransport.Ordinary, cancellationToken, HttpStatusCode.NotModified, HttpStatusCode.NotFound);
        }
        catch (EngineException) when (IsPodman && !cancellationToken.IsCancellationRequested)
        {
            // Its removal had begun when the service was killed: its process has ended, and all that Podman still does with it is to remove it.
            if (!await IsBeingRemovedAsync(container, cancellationToken)) throw;
        }
    }

    private async Task<bool> IsBeingRemovedAsync(string container, CancellationToken cancellationToken) =>
        await FindContainerAsync(container, cancellationToken) is null or { State.Status: "removing" };

    /// <inheritdoc/>
    public async Task SignalContainerAsync(string container, string signal, CancellationToken cancellationToken)
    {
        var path = $"containers/{Escape(container)}/kill?signal={Escape(signal)}";
        await _transport.CallAsync(HttpMethod.Post, path, EngineTransport.Ordinary, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveContainerAsync(string container, CancellationToken cancellationToken)
    {
        // Podman's compatible route waits for the grace period; its own route takes the time as an argument.
        var path = IsPodman
            ? HalfRemoved.Route(Escape(container))
            : $"containers/{Escape(container)}?force=1&v=1";
        try
        {
            await _transport.CallAsync(HttpMethod.Delete, path, EngineTransport.Ordinary, cancellationToken, HttpStatusCode.NotFound);
        }
        catch (EngineException e) when (e.Error == EngineError.NotFound)
        {
            // Podman: somebody else removed it between its look and its step.
        }
        catch (EngineException e) when (e.Message.Contains("already in progress", StringComparison.OrdinalIgnoreCase))
        {
            // Docker: another call removes it; the promise is that it is gone when this call returns.
            await UntilGoneAsync(container, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken)
    {
        using var response = await _transport.SendAsync(
            HttpMethod.Post, $"containers/{Escape(container)}/wait", content: null, Timeout.InfiniteTimeSpan, cancellationToken);
        var answer = await EngineTransport.ReadAsync(response, EngineJson.Default.WaitAnswer, Timeout.InfiniteTimeSpan, cancellationToken);
        return answer.StatusCode;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> TailLogsAsync(string container, int lines, CancellationToken cancellationToken)
    {
        // Podman's call loses line ends where the streams mix; the file that it reads from is whole.
        var details = await InspectOnceAsync(container, cancellationToken)
            ?? throw new EngineException(EngineError.NotFound, $"There is no container {container}.");
        try
        {
            var records = details.LogPath is null
                ? throw new FileNotFoundException("The container's log is no file.")
                : await EngineLogFile.TailAsync(details.LogPath, lines, cancellationToken);
            return [.. records.Select(record => record.Text)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return details.State == ContainerState.Created ? [] : await TailThroughApiAsync(container, lines, cancellationToken);
        }
    }

    // Where the file is not ours to read, or another log driver keeps no file.
    private async Task<IReadOnlyList<string>> TailThroughApiAsync(string container, int lines, CancellationToken cancellationToken)
    {
        var path = $"containers/{Escape(container)}/logs?stdout=1&stderr=1&tail={lines}";
        using var response = await _transport.SendAsync(HttpMethod.Get, path, content: null, EngineTransport.Ordinary, cancellationToken);
        var text = await EngineTransport.GuardAsync(
            async token =>
            {
                await using var stream = await response.Content.ReadAsStreamAsync(token);
                return await AttachedOutput.ReadAsync(stream, maxBytes: 4 << 20, token);
            },
            EngineTransport.Ordinary,
            cancellationToken);
        var split = text.Split('\n');
        return split[^1].Length == 0 ? split[..^1] : split;
    }

    private async Task<ContainerListItem[]> ListContainersAtAsync(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _transport.GetAsync(path, EngineJson.Default.ContainerListItemArray, cancellationToken);
            }
            catch (EngineException e) when (e.Error == EngineError.NotFound && attempt < ListAttempts)
            {
                // Podman reads the list and then each container; one that is removed in between fails the whole call.
            }
        }
    }

    private async Task<ContainerDetails?> InspectOnceAsync(string container, CancellationToken cancellationToken)
    {
        var answer = await FindContainerAsync(container, cancellationToken);
        return answer is null ? null : Detail(answer);
    }

    private Task<ContainerAnswer?> FindContainerAsync(string container, CancellationToken cancellationToken) =>
        _transport.FindAsync($"containers/{Escape(container)}/json", EngineJson.Default.ContainerAnswer, cancellationToken);

    private async Task UntilGoneAsync(string container, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < RemovalPatience; waited += RemovalPoll)
        {
            if (await InspectOnceAsync(container, cancellationToken) is null)
            {
                return;
            }

            await Task.Delay(RemovalPoll, _time, cancellationToken);
        }

        throw new EngineException(EngineError.TimedOut, $"The removal of container {container} did not end.");
    }

    private static ObservedContainer Observe(ContainerListItem item) => new(
        item.Id,
        BareName(item.Names?.FirstOrDefault(name => name.LastIndexOf('/') == 0) ?? item.Names?.FirstOrDefault()),
        ImageNames.Id(item.ImageID ?? ""),
        State(item.State),
        DateTimeOffset.FromUnixTimeSeconds(item.Created),
        (item.Labels ?? []).ToImmutableDictionary(StringComparer.Ordinal));

    private static ContainerDetails Detail(ContainerAnswer answer) => new(
        answer.Id,
        BareName(answer.Name),
        ImageNames.Id(answer.Image ?? ""),
        State(answer.State.Status),
        answer.State.ExitCode,
        answer.State.Pid,
        answer.RestartCount,
        answer.State.StartedAt is { Year: > 1 } started ? started : null,
        answer.NetworkSettings?.Networks?.Values.Select(n => n.IPAddress).FirstOrDefault(address => !string.IsNullOrEmpty(address)),
        string.IsNullOrEmpty(answer.LogPath) ? null : answer.LogPath,
        (answer.Config?.Labels ?? []).ToImmutableDictionary(StringComparer.Ordinal))
    {
        StopGracePeriod = answer.Config?.StopTimeout is { } seconds and >= 0 ? TimeSpan.FromSeconds(seconds) : null,
    };

    private static string BareName(string? name) => name?.TrimStart('/') ?? "";

    // Podman has more words than Docker: "configured" and "initialized" come before the first start, "stopping" is a process in its grace.
    private static ContainerState State(string? word) => word switch
    {
        "created" or "configured" or "initialized" => ContainerState.Created,
        "running" or "paused" => ContainerState.Running,
        "exited" or "stopped" => ContainerState.Exited,
        "restarting" or "stopping" => ContainerState.Restarting,
        _ => ContainerState.Dead,
    };

    private static bool IsProcessLost(ContainerDetails details) =>
        details.State == ContainerState.Running && details.Pid > 0 && !Directory.Exists($"/proc/{details.Pid}");
}
