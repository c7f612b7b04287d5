using System.Reflection;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Mutations;

/// <summary>A store that answers one call wrongly on purpose, and all others as it should.</summary>
internal class Misled : DispatchProxy
{
    private IStore _inner = null!;
    private string _call = "";
    private Func<IStore, object?[], object?> _answer = (_, _) => null;

    /// <summary>The same store with another answer to one call.</summary>
    /// <param name="inner">What answers all others.</param>
    /// <param name="call">Name of the call.</param>
    /// <param name="answer">Its answer, from the store and the arguments.</param>
    public static IStore By(IStore inner, string call, Func<IStore, object?[], object?> answer)
    {
        var store = Create<IStore, Misled>();
        (((Misled)(object)store)._inner, ((Misled)(object)store)._call, ((Misled)(object)store)._answer) = (inner, call, answer);
        return store;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == _call
        ? _answer(_inner, args ?? [])
        : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
}
