namespace Towpath.Tests.Fakes;

/// <summary>A clock that a test moves; pauses take their real time.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = Facts.Start.UtcTicks;

    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _ticks, value.UtcTicks);
    }

    public override DateTimeOffset GetUtcNow() => Now;
}
