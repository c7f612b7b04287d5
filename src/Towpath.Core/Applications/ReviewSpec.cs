using System.Collections.Immutable;
using System.Globalization;

namespace Towpath.Core.Applications;

/// <summary>When the readiness sheet of an application is written by itself; <c>review:</c> in <c>towpath.yaml</c>.</summary>
/// <param name="Days">Days of the week; never empty.</param>
/// <param name="At">Time of those days, local.</param>
/// <param name="Zone">IANA name of the time zone.</param>
public sealed record ReviewSpec(ImmutableArray<DayOfWeek> Days, TimeOnly At, string Zone)
{
    private const int DaysOfAWeek = 7;

    /// <summary>The same in words, such as <c>mon, thu 09:00 (Europe/Brussels)</c>: equal where the same times are meant.</summary>
    public string Words => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Days.Length == DaysOfAWeek ? "daily" : string.Join(", ", Days.Order().Select(d => d.ToString()[..3].ToLowerInvariant())))} {At:HH\\:mm} ({Zone})");
}
