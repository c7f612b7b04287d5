namespace Towpath.Server.Api;

/// <summary>What can be asked about ports of environments.</summary>
public interface IPorts
{
    /// <summary>Who has which port, as far as the caller sees applications, and which are free.</summary>
    Task<PortsAnswer> PortsAsync(CancellationToken cancellationToken);

    /// <summary>Gives an environment a port.</summary>
    Task<PortAnswer> AssignPortAsync(string application, PortRequest request, CancellationToken cancellationToken);

    /// <summary>Takes an assigned port back.</summary>
    Task ReleasePortAsync(string application, PortReleaseRequest request, CancellationToken cancellationToken);
}
