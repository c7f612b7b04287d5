using System.Reflection;
using System.Runtime.ExceptionServices;
using Towpath.Server.Storage;

namespace Towpath.Tests.Fakes;

/// <summary>The control plane died in a write.</summary>
public sealed class CrashException() : Exception("killed");

/// <summary>A store whose control plane is killed at its Nth write: before it is committed, or after it, with the answer lost.</summary>
public class CrashingStore : DispatchProxy
{
    private static readonly HashSet<string> Writes =
    [
        nameof(IStore.UpdateDeployment), nameof(IStore.CompleteDeployment), nameof(IStore.AddDeployment), nameof(IStore.SetValue), nameof(IStore.ChangeValues), nameof(IStore.AddCommand), nameof(IStore.SaveUpkeep),
        nameof(IStore.Append), nameof(IStore.KeepChannels), nameof(IStore.QueueAnnouncements), nameof(IStore.UpdateAnnouncement), nameof(IStore.ReplayAnnouncements),
        nameof(IStore.TryTakeLease), nameof(IStore.UpdateRun), nameof(IStore.SaveRelease), nameof(IStore.SaveConfirmation),
    ];

    private IStore _inner = null!;
    private int _at;
    private CrashPoint _point;
    private int _writes;

    /// <summary>Wraps a store; 0 never crashes.</summary>
    public static IStore Around(IStore inner, int at, CrashPoint point)
    {
        var store = Create<IStore, CrashingStore>();
        var proxy = (CrashingStore)store;
        (proxy._inner, proxy._at, proxy._point) = (inner, at, point);
        return store;
    }

    /// <summary>Writes that were begun.</summary>
    public static int WritesOf(IStore store) => ((CrashingStore)store)._writes;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var crashes = Writes.Contains(targetMethod!.Name) && Interlocked.Increment(ref _writes) == _at;
        if (crashes && _point == CrashPoint.Before) throw new CrashException();
        try
        {
            var result = targetMethod.Invoke(_inner, args);
            return crashes ? throw new CrashException() : result;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}
