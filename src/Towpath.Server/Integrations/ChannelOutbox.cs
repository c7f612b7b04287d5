using System.Collections.Immutable;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Journal;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Integrations;

/// <summary>
/// The outbox of one channel, worked through step by step: look at the journal, store what is to be announced, count an attempt, make it, store what came of
/// it. Killed anywhere, the next step finds what is stored and goes on: an announcement may be sent twice then, with the same key, but is never lost.
/// </summary>
internal sealed class ChannelOutbox(Channel channel, IStore store, IAnnouncer announcer, Leases leases, TimeProvider time, Func<double> chance, Action<string> log)
{
    /// <summary>How often the journal is looked at. Announcements are for people: nobody misses a second, and a store spared of writes is a gain for deployments.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long an attempt may go on when the control plane ends: one that is cut off may come twice.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private const int Page = 500;

    /// <summary>With so many waiting, what follows stays in the journal, which keeps it anyway: a receiver that is down for weeks fills nothing.</summary>
    private const int EnoughWaiting = 500;

    /// <summary>What is known of an attempt from its beginning until its outcome is stored.</summary>
    private const string Unanswered = "begun; nothing is known of its end";

    private HeldLease? _held;
    private bool _hasToldOfForgotten;

    /// <summary>What is said beside the words of a fact when it is sent: it may end, so it is not stored.</summary>
    public Func<Fact, ImmutableArray<AnnouncementField>> Beside { get; init; } = _ => [];

    /// <summary>The channel.</summary>
    public Channel Channel => channel;

    /// <summary>One step.</summary>
    /// <returns>How long to wait before the next.</returns>
    /// <exception cref="StaleLeaseException">Another control plane works on this channel by now.</exception>
    public async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        if (Hold() is not { } held) return Pause;
        var isMore = Queue(held);
        if (store.NextAnnouncement(channel.Name) is not { } next) return isMore ? TimeSpan.Zero : Pause;
        var wait = next.NextAt - time.GetUtcNow();
        // No wait is set that is longer: the clock was put back since, and a channel must not be silent until it has caught up.
        if (wait > TimeSpan.Zero && wait <= RetryPolicy.LongestAsked) return isMore ? TimeSpan.Zero : wait < Pause ? wait : Pause;
        await DeliverAsync(held, next, cancellationToken);
        return TimeSpan.Zero;
    }

    private HeldLease? Hold()
    {
        try
        {
            _held?.Keep();
        }
        catch (StaleLeaseException)
        {
            _held = null;
        }
        // No application has an empty name, so no environment's lease can be meant.
        return _held ??= leases.TryTake("", $"announcements:{channel.Name}");
    }

    /// <summary>Takes the next facts of the journal into the outbox; true where there may be more.</summary>
    private bool Queue(HeldLease held)
    {
        if (store.ChannelCursor(channel.Name) is not { } cursor || store.LastSequence() <= cursor) return false;
        if (store.WaitingAnnouncements(channel.Name) >= EnoughWaiting) return false;
        var facts = store.Facts(null, cursor, Page);
        if (facts.Count == 0) return false;
        store.QueueAnnouncements(
            held.Lease, channel.Name, cursor, facts[^1].Sequence,
            [.. facts.Where(channel.Wants).Select(f => new NewAnnouncement(f.Sequence, AnnouncementBuilder.KeyOf(channel.Name, f)))],
            time.GetUtcNow());
        return facts.Count == Page;
    }

    private async Task DeliverAsync(HeldLease held, AnnouncementRecord next, CancellationToken cancellationToken)
    {
        if (Begun(next) is { } begun)
        {
            // Counted before it is made: where its outcome can't be stored, the next one comes after a wait, and there are no more than any other has.
            store.UpdateAnnouncement(held.Lease, begun);
            var attempt = store.Facts(null, next.Fact - 1, 1) is [var fact] && fact.Sequence == next.Fact && AnnouncementEvents.Of(fact) is not null
                ? await SendAsync(fact, next.Key, cancellationToken)
                : new DeliveryAttempt(DeliveryResult.Refused, "the journal has no such fact");
            Settle(held, begun, attempt);
        }
        else
        {
            Settle(held, next, new DeliveryAttempt(DeliveryResult.Failed, next.Detail ?? Unanswered));
        }
    }

    private AnnouncementRecord? Begun(AnnouncementRecord next) => next.Attempts < RetryPolicy.MostAttempts
        ? next with { Attempts = next.Attempts + 1, NextAt = time.GetUtcNow() + RetryPolicy.Wait(next.Attempts + 1, chance()), Detail = Unanswered }
        : null;

    private void Settle(HeldLease held, AnnouncementRecord tried, DeliveryAttempt attempt)
    {
        var settled = After(tried, attempt, time.GetUtcNow(), chance());
        var forgets = store.UpdateAnnouncement(held.Lease, settled);
        if (settled.State == AnnouncementState.Dead) log($"announcement {tried.Number} in the channel {channel.Name} is dead: {settled.Detail}");
        else if (settled is { State: AnnouncementState.Waiting, Attempts: 1 }) log($"announcement {tried.Number} in the channel {channel.Name} waits: {settled.Detail}");
        if (!forgets || _hasToldOfForgotten) return;
        _hasToldOfForgotten = true;
        log($"the channel {channel.Name} has more than {AnnouncementRecord.MostDead} dead announcements: for each that dies, the oldest is forgotten");
    }

    private async Task<DeliveryAttempt> SendAsync(Fact fact, string key, CancellationToken cancellationToken)
    {
        using var ended = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var grace = cancellationToken.UnsafeRegister(static ended => ((CancellationTokenSource)ended!).CancelAfter(Grace), ended);
        var announcement = AnnouncementBuilder.Of(fact);
        return await announcer.SendAsync(channel, announcement with { Fields = announcement.Fields.AddRange(Beside(fact)) }, key, ended.Token);
    }

    private static AnnouncementRecord After(AnnouncementRecord tried, DeliveryAttempt attempt, DateTimeOffset now, double chance)
    {
        if (attempt.Result == DeliveryResult.Taken) return tried with { State = AnnouncementState.Delivered, SettledAt = now, Detail = attempt.Detail };
        var (again, reason) = RetryPolicy.After(tried.Attempts, attempt, now, chance);
        return again is { } at
            ? tried with { NextAt = at, Detail = attempt.Detail }
            : tried with { State = AnnouncementState.Dead, SettledAt = now, Detail = reason };
    }
}
