using Towpath.Core.Environments;

namespace Towpath.Server.Desks;

// What trackers are told.
public sealed partial class DeliveryDesk
{
    /// <summary>Where one deploy request stands; null where there is none.</summary>
    internal RequestStanding? StandingOf(string application, string environment, string release) => store.DeployRequest(application, environment, release) is { } request
        ? Standing(request, store.Application(application)?.Ladder.Environment(environment), store.Release(application, release))
        : null;
}
