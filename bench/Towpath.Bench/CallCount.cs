using System.Diagnostics.Metrics;

namespace Towpath.Bench;

/// <summary>Counts the calls that this process makes to one server, once each has been answered (by the runtime's own metric <c>http.client.request.duration</c>).</summary>
internal sealed class CallCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _calls;

    /// <summary>Counts from now on.</summary>
    /// <param name="port">Port of the server.</param>
    public CallCount(int port)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "System.Net.Http", Name: "http.client.request.duration" }) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag.Key == "server.port" && tag.Value is int found && found == port) Interlocked.Increment(ref _calls);
        });
        _listener.Start();
    }

    /// <summary>Calls so far.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    public void Dispose() => _listener.Dispose();
}
