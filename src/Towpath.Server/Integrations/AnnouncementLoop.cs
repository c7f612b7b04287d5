using System.Collections.Immutable;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Journal;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Integrations;

/// <summary>
/// Works through the outboxes of all channels at once, each at its own pace: a receiver that hangs delays its own channel only. There are 20 channels and 20 trackers at
/// most, and one attempt in each.
/// </summary>
internal sealed class AnnouncementLoop(ServerConfiguration configuration, IStore store, IAnnouncer announcer, Leases leases, TimeProvider time, Func<double> chance, Action<string> log)
{
    /// <summary>How long it is remembered what was delivered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>What is said beside the words of a fact when it is sent.</summary>
    public Func<Fact, ImmutableArray<AnnouncementField>> Beside { get; init; } = _ => [];

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClearEvery = TimeSpan.FromHours(1);

    /// <summary>Tells the store which channels there are: what happens from now on is announced.</summary>
    public void Begin() => store.KeepChannels([.. configuration.Channels.Select(c => c.Name)], time.GetUtcNow());

    /// <summary>Works until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        if (configuration.Channels.IsEmpty) return Task.CompletedTask;
        return Task.WhenAll(configuration.Channels
            .Select(channel => Task.Run(() => WorkAsync(new ChannelOutbox(channel, store, announcer, leases, time, chance, log) { Beside = Beside }, cancellationToken), cancellationToken))
            .Append(ClearAsync(cancellationToken)));
    }

    private async Task WorkAsync(ChannelOutbox outbox, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(await StepAsync(outbox, cancellationToken), time, cancellationToken);
        }
    }

    private async Task<TimeSpan> StepAsync(ChannelOutbox outbox, CancellationToken cancellationToken)
    {
        try
        {
            return await outbox.StepAsync(cancellationToken);
        }
        catch (StaleLeaseException)
        {
            return AfterFault;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A full disk, or a fault of ours: what is stored is whole, and announcements must not end for good because of one of them.
            log($"the channel {outbox.Channel.Name} can't go on for now: {exception.GetType().Name}");
            return AfterFault;
        }
    }

    private async Task ClearAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                store.RemoveDelivered(time.GetUtcNow() - Kept);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                log($"old announcements could not be cleared up: {exception.GetType().Name}");
            }
            await Task.Delay(ClearEvery, time, cancellationToken);
        }
    }
}
