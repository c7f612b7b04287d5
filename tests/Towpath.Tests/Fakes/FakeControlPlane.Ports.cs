using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Ports.
internal partial class FakeControlPlane
{
    public PortsAnswer Ports { get; set; } = new([], [18080], 18080, 18998, false);

    public Task<PortsAnswer> PortsAsync(CancellationToken cancellationToken) => Task.FromResult(Ports);

    public Task<PortAnswer> AssignPortAsync(string application, PortRequest request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        return Task.FromResult(new PortAnswer(request.Port ?? 18080, application, request.Environment, "assigned", request.Actor));
    }

    public Task ReleasePortAsync(string application, PortReleaseRequest request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request);
        return Task.CompletedTask;
    }
}
