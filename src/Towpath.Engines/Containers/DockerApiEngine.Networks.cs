using System.Net;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

public sealed partial class DockerApiEngine
{
    private const string Bridge = "bridge";

    /// <inheritdoc/>
    public async Task CreateNetworkAsync(NetworkPlan plan, CancellationToken cancellationToken)
    {
        // Podman answers a second network of a name with 500 or 409 by route, and a subnet that its own namesake holds with "in use": look first.
        if (await InspectNetworkAsync(plan.Name, cancellationToken) is not null)
        {
            return;
        }

        try
        {
            await (IsPodman ? CreateIsolatedOnPodmanAsync(plan, cancellationToken) : CreateOnDockerAsync(plan, cancellationToken));
        }
        catch (EngineException e) when (e.Error is EngineError.Conflict or EngineError.SubnetTaken)
        {
            // Somebody created it between the look and the step; else the conflict is another network's.
            if (await InspectNetworkAsync(plan.Name, cancellationToken) is null)
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<NetworkDetails?> InspectNetworkAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await _transport.FindAsync($"networks/{Escape(name)}", EngineJson.Default.NetworkAnswer, cancellationToken);
        return answer?.Name == name ? Detail(answer) : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NetworkDetails>> ListNetworksAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken)
    {
        var path = labels.Count == 0 ? "networks" : $"networks?filters={Filters(("label", [.. labels]))}";
        var answers = await _transport.GetAsync(path, EngineJson.Default.NetworkAnswerArray, cancellationToken);
        return [.. answers.Where(answer => Carries(answer.Labels, labels)).Select(Detail)];
    }

    /// <inheritdoc/>
    public async Task RemoveNetworkAsync(string name, CancellationToken cancellationToken) =>
        await _transport.CallAsync(
            HttpMethod.Delete, $"networks/{Escape(name)}", EngineTransport.Ordinary, cancellationToken, HttpStatusCode.NotFound);

    // Bridges of Docker are separated from each other by themselves.
    private async Task CreateOnDockerAsync(NetworkPlan plan, CancellationToken cancellationToken)
    {
        var body = new CreateNetworkBody(plan.Name, CheckDuplicate: true, Bridge, Sorted(plan.Labels), new IpamBody([new IpamSubnetBody(plan.Subnet)]));
        await _transport.PostAsync(
            "networks/create", body, EngineJson.Default.CreateNetworkBody, EngineJson.Default.CreatedAnswer, cancellationToken);
    }

    // Podman separates bridges only where each of them says so, and its compatible route does not know the option.
    private async Task CreateIsolatedOnPodmanAsync(NetworkPlan plan, CancellationToken cancellationToken)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["isolate"] = "true" };
        var body = new LibpodNetworkBody(plan.Name, Bridge, DnsEnabled: true, [new LibpodSubnetBody(plan.Subnet)], Sorted(plan.Labels), options);
        await _transport.PostAsync(
            $"{Libpod}networks/create", body, EngineJson.Default.LibpodNetworkBody, EngineJson.Default.CreatedAnswer, cancellationToken);
    }

    private static NetworkDetails Detail(NetworkAnswer answer) =>
        new(answer.Name, answer.IPAM?.Config?.Select(c => c.Subnet).FirstOrDefault(s => s?.Contains('.', StringComparison.Ordinal) == true), answer.Labels ?? NoLabels);
}
