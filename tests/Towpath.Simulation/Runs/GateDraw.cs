using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Simulation.Runs;

/// <summary>Draws the gates of an environment.</summary>
internal static class GateDraw
{
    /// <summary>Images that are larger are kept out where a size is asked.</summary>
    public const long MostBytes = 500_000_000;

    /// <summary>Zones in which windows are drawn, with their distance from UTC in the days of a simulation: a second reading needs no time zones.</summary>
    public static readonly IReadOnlyDictionary<string, TimeSpan> Zones = new Dictionary<string, TimeSpan>(StringComparer.Ordinal)
    {
        ["Etc/UTC"] = TimeSpan.Zero,
        ["Europe/Brussels"] = TimeSpan.FromHours(1),
        ["Asia/Kolkata"] = TimeSpan.FromHours(5.5),
        ["America/New_York"] = TimeSpan.FromHours(-5),
        [Midnight] = TimeSpan.FromHours(-9),
    };

    // A simulation begins there with the first minute of a Monday: a clock that is set back is back in the Sunday.
    private const string Midnight = "America/Anchorage";
    private static readonly Location Here = new("towpath.yaml", 1, 1, 1, 2);

    /// <summary>Gates of the environment on a rung.</summary>
    public static GateSpecs Gates(Random random, int rung, bool hasObjectives) => new()
    {
        Soak = rung == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(3) * 20),
        Confirmation = random.Next(3) == 0 ? new ConfirmationSpec(["dev", "ops"], random.Next(2) == 0) : null,
        Request = random.Next(5) == 0,
        Window = random.Next(5) == 0 ? Window(random) : null,
        Lead = random.Next(5) == 0 ? TimeSpan.FromSeconds(random.Next(5, 90)) : null,
        Image = random.Next(5) == 0 ? new ImageGateSpec(random.Next(2) == 0 ? MostBytes : null, random.Next(2) == 0, random.Next(4) == 0) : null,
        Budget = hasObjectives && random.Next(2) == 0 ? random.Next(1, 6) / 10d : null,
        Verification = rung > 0 && random.Next(4) == 0,
    };

    /// <summary>Gates in words.</summary>
    public static string Words(GateSpecs gates) =>
        $"soak {gates.Soak.TotalSeconds:0} s, confirmation {string.Join('+', gates.Confirmation?.Roles ?? [])}, request={gates.Request}, verification={gates.Verification}, "
        + $"window {(gates.Window is { } w ? Words(w) : "none")}, budget {gates.Budget ?? 0:P0}, lead {gates.Lead?.TotalSeconds ?? 0:0} s, "
        + $"image {(gates.Image is { } i ? $"size={i.MostBytes?.ToString(CultureInfo.InvariantCulture) ?? "any"} non-root={i.NonRoot} signature={i.HasSignature}" : "none")}{PaperDraw.Words(gates)}";

    private static string Words(WindowSpec window) =>
        $"{string.Join('+', window.Days)} {window.From:HH:mm}-{window.Until:HH:mm} {window.Zone}{string.Concat(window.Freezes.Select(f => $" but {f.First:yyyy-MM-dd}..{f.Last:yyyy-MM-dd}"))}";

    /// <summary>One that opens or closes while the storm lasts, or some minutes after it: always in time for the last release.</summary>
    private static WindowSpec Window(Random random)
    {
        var kind = random.Next(4);
        if (kind == 3)
            return new WindowSpec(
                [DayOfWeek.Sunday, DayOfWeek.Monday], TimeOnly.MinValue, TimeOnly.MinValue, Midnight, [new FreezeSpec(new DateOnly(2025, 12, 24), new DateOnly(2026, 1, 4), "holidays")], Here);
        var (zone, distance) = Zones.ElementAt(random.Next(Zones.Count - 1));
        var (within, after) = (Local(distance, random.Next(1, 5)), Local(distance, random.Next(6, 10)));
        return kind switch
        {
            // Open since yesterday, then closed, and open again: the hours go over midnight.
            0 => new WindowSpec([DayOfWeek.Sunday, DayOfWeek.Monday], after, within, zone, [], Here),
            1 => new WindowSpec([DayOfWeek.Monday], within, within.AddHours(2), zone, [], Here),
            _ => new WindowSpec([DayOfWeek.Monday, DayOfWeek.Friday], after, after.AddHours(2), zone, [], Here),
        };
    }

    private static TimeOnly Local(TimeSpan distance, int minute) => TimeOnly.FromDateTime((SeedRun.Start + distance).DateTime).AddMinutes(minute);
}
