using System.Text.Json.Serialization;

namespace Towpath.Core.Environments;

/// <summary>Requests since some beginning; a gateway that starts anew begins again at zero.</summary>
/// <param name="Requests">Answered ones.</param>
/// <param name="Errors">Of those, the ones that ended in a 5xx.</param>
/// <param name="Slow">Of those, the ones that took longer than the environment's latency objective; 0 where there is none.</param>
public readonly record struct RequestCounters(long Requests, long Errors, long Slow)
{
    /// <summary>What came since an earlier look. Smaller numbers than before mean that counting began anew: all of it is since then.</summary>
    public RequestCounters Since(RequestCounters earlier) => Requests < earlier.Requests || Errors < earlier.Errors || Slow < earlier.Slow
        ? this
        : new RequestCounters(Requests - earlier.Requests, Errors - earlier.Errors, Slow - earlier.Slow);

    /// <summary>Both together.</summary>
    public static RequestCounters operator +(RequestCounters one, RequestCounters other) =>
        new(one.Requests + other.Requests, one.Errors + other.Errors, one.Slow + other.Slow);

    /// <summary>Share of errors, 0 to 1; 0 without requests.</summary>
    [JsonIgnore]
    public double ErrorShare => Requests == 0 ? 0 : (double)Errors / Requests;

    /// <summary>Share of slow answers, 0 to 1; 0 without requests.</summary>
    [JsonIgnore]
    public double SlowShare => Requests == 0 ? 0 : (double)Slow / Requests;
}
