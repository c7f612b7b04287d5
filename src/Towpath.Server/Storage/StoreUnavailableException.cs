using Towpath.Core.Diagnostics;

namespace Towpath.Server.Storage;

/// <summary>
/// The store can't do its work for now: the call stored nothing, or, where the connection broke during its commit, all or nothing. It is no
/// <see cref="DiagnosticException"/>: a loop that gives up on what is wrong must not give up on what was only not looked at.
/// </summary>
/// <param name="why">Why: a sentence without a full stop and without a secret.</param>
/// <param name="inner">What the engine said.</param>
public sealed class StoreUnavailableException(string why, Exception? inner = null) : Exception($"the store can't be used for now: {why}", inner)
{
    /// <summary>TP4701.</summary>
    public Diagnostic Diagnostic { get; } = StorageDiagnostics.Unavailable(why);
}
