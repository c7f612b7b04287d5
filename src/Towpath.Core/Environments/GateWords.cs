using System.Globalization;
using NodaTime;

namespace Towpath.Core.Environments;

/// <summary>Amounts in the evidence of gates, as people say them.</summary>
internal static class GateWords
{
    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => Text($"{span.TotalSeconds:0} s"),
        { TotalMinutes: < 120 } => Text($"{span.TotalMinutes:0} min"),
        { TotalHours: < 48 } => Text($"{span.TotalHours:0} h"),
        _ => Text($"{span.TotalDays:0} days"),
    };

    public static string Share(double share) => Text($"{share * 100:0.##} %");

    public static string Bytes(long bytes) => Text($"{bytes / (1024.0 * 1024):0.#} MiB");

    public static string Time(DateTimeOffset time) => Text($"{time.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    public static string Local(Instant instant, DateTimeZone zone) =>
        instant.InZone(zone).ToDateTimeUnspecified().ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + $" ({zone.Id})";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
