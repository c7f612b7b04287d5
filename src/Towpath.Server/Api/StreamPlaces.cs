using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>How many streams are open, in all and for each caller: they last, so that they must not take the places of requests that come and go.</summary>
internal sealed class StreamPlaces(HostOptions options)
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Takes a place until it is disposed.</summary>
    /// <exception cref="DiagnosticException">TP7034: there is none.</exception>
    public IDisposable Take(HttpContext context)
    {
        var caller = context.RequestServices.GetRequiredService<Caller>().Key;
        lock (_turn)
        {
            var own = _taken.GetValueOrDefault(caller);
            if (own >= options.MaxStreamsOfCaller) throw Refused(options.MaxStreamsOfCaller, ofCaller: true);
            if (_all >= options.MaxStreams) throw Refused(options.MaxStreams, ofCaller: false);
            _taken[caller] = own + 1;
            _all++;
        }

        return new Place(this, caller);
    }

    private static DiagnosticException Refused(int most, bool ofCaller) => new(ExitCode.Busy, ApiDiagnostics.TooManyStreams(most, ofCaller));

    private void Leave(string caller)
    {
        lock (_turn)
        {
            _all--;
            if (--_taken[caller] == 0) _taken.Remove(caller);
        }
    }

    private sealed class Place(StreamPlaces places, string caller) : IDisposable
    {
        public void Dispose() => places.Leave(caller);
    }
}
