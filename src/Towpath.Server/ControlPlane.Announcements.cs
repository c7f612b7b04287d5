using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server;

// Announcements.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<AnnouncementsAnswer> AnnouncementsAsync(string? application, string? channel, AnnouncementState? state, CancellationToken cancellationToken)
    {
        if (application is not null) _lookup.Application(application);
        return Task.FromResult(_announcements.List(application, channel, state));
    }

    /// <inheritdoc/>
    public Task<ReplayAnswer> ReplayAnnouncementsAsync(ReplayRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_announcements.Replay(request));

    /// <inheritdoc/>
    public Task<ChannelTestAnswer> TestChannelAsync(string channel, ChannelTestRequest request, CancellationToken cancellationToken) =>
        _announcements.TestAsync(channel, request.Actor, cancellationToken);
}
