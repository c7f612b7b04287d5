using Towpath.Core.Containers;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Environments;

/// <summary>Starts a container that has an address of its own in the environment's network.</summary>
internal sealed class AddressedStart(EnvironmentParts parts, EnvironmentNetwork network)
{
    private const int Attempts = 3;

    /// <summary>
    /// The container runs when this returns; where there is none it is made. One that an engine that was killed has left half-started is made
    /// anew, where its address is lost with another one.
    /// </summary>
    /// <param name="container">Its name.</param>
    /// <param name="mayRunTwice">Its work may be done twice: it may have begun when the engine was killed.</param>
    /// <param name="plan">What it is made from, with an address that nobody has.</param>
    /// <param name="cancellationToken">Ends it half-way.</param>
    public async Task RunAsync(string container, bool mayRunTwice, Func<Task<ContainerPlan>> plan, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await parts.Engine.InspectContainerAsync(container, cancellationToken);
            if (found is null) await parts.Engine.CreateContainerAsync(await plan(), cancellationToken);
            try
            {
                await parts.Engine.StartContainerAsync(container, cancellationToken);
                return;
            }
            catch (EngineException e) when (e.Error == EngineError.AddressTaken && attempt < Attempts)
            {
                var address = (await parts.Engine.InspectContainerAsync(container, cancellationToken))?.Labels.GetValueOrDefault(ContainerLabels.Address);
                if (address is not null) network.Lose(address);
                await RemoveAsync(container, cancellationToken);
            }
            // One that was made just now is refused for a reason of its own.
            catch (EngineException e) when (e.Error is EngineError.Other or EngineError.Conflict && found is not null && mayRunTwice)
            {
                await RemoveAsync(container, cancellationToken);
            }
        }
    }

    private async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        if (await parts.Engine.InspectContainerAsync(container, cancellationToken) is not { } found) return;
        // It may have run before, and what it wrote is still to be read.
        if (found.State != ContainerState.Created) await parts.Logs.DrainAsync(container, cancellationToken);
        await parts.Engine.RemoveContainerAsync(container, cancellationToken);
        parts.Logs.Forget(container);
    }
}
