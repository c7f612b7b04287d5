using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Server.Trackers;

namespace Towpath.Server.Integrations;

/// <summary>Hands announcements to receivers, one attempt at a time.</summary>
internal interface IAnnouncer
{
    /// <summary>One attempt, bounded in time. What goes wrong is its outcome, never an exception, and the outcome holds no secret.</summary>
    /// <param name="channel">To where.</param>
    /// <param name="announcement">What.</param>
    /// <param name="key">Idempotency key.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was cancelled: whether the receiver took it is not known.</exception>
    Task<DeliveryAttempt> SendAsync(Channel channel, Announcement announcement, string key, CancellationToken cancellationToken);
}

/// <summary>Chooses by the kind of the channel.</summary>
internal sealed class Announcer(HttpAnnouncer http, MailAnnouncer mail, TrackerAnnouncer trackers) : IAnnouncer, IDisposable
{
    /// <inheritdoc/>
    public Task<DeliveryAttempt> SendAsync(Channel channel, Announcement announcement, string key, CancellationToken cancellationToken) => channel switch
    {
        HttpChannel receiver => http.SendAsync(receiver, announcement, key, cancellationToken),
        MailChannel readers => mail.SendAsync(readers, announcement, key, cancellationToken),
        TrackerChannel tracker => trackers.SendAsync(tracker, announcement, key, cancellationToken),
        _ => throw new NotSupportedException(channel.GetType().Name),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        trackers.Dispose();
    }
}
