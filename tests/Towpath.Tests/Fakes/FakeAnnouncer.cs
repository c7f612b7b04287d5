using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Server.Integrations;

namespace Towpath.Tests.Fakes;

/// <summary>Remembers what it was handed, and answers as a test says.</summary>
internal sealed class FakeAnnouncer : IAnnouncer
{
    private readonly Lock _turn = new();
    private readonly List<(string Channel, Announcement Announcement, string Key)> _sent = [];

    public IReadOnlyList<(string Channel, Announcement Announcement, string Key)> Sent
    {
        get
        {
            lock (_turn) return [.. _sent];
        }
    }

    public Func<Channel, Announcement, CancellationToken, Task<DeliveryAttempt>> Answer { get; set; } = (_, _, _) => Task.FromResult(new DeliveryAttempt(DeliveryResult.Taken, "HTTP 204"));

    public Task<DeliveryAttempt> SendAsync(Channel channel, Announcement announcement, string key, CancellationToken cancellationToken)
    {
        lock (_turn) _sent.Add((channel.Name, announcement, key));
        return Answer(channel, announcement, cancellationToken);
    }
}
