using System.Collections.Immutable;

namespace Towpath.Server.Git;

/// <summary>Who looks at something elsewhere at its own pace can be called to look soon. Calls that come meanwhile are one.</summary>
internal sealed class Calls(IEnumerable<string> names) : IDisposable
{
    private readonly ImmutableDictionary<string, SemaphoreSlim> _calls = names.ToImmutableDictionary(name => name, _ => new SemaphoreSlim(0, 1), StringComparer.Ordinal);

    /// <summary>Calls whoever looks at that.</summary>
    public void Call(string name)
    {
        try
        {
            _calls[name].Release();
        }
        catch (SemaphoreFullException)
        {
            // It is going to look anyway.
        }
    }

    /// <summary>Waits for a call, but no longer than that.</summary>
    public Task WaitAsync(string name, TimeSpan atMost, CancellationToken cancellationToken) => _calls[name].WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var call in _calls.Values) call.Dispose();
    }
}
