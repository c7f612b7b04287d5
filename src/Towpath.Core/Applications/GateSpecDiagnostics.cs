using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP2044 to TP2059: gates of an environment.</summary>
public static class GateSpecDiagnostics
{
    /// <summary>A gate that looks at the environment below, in the lowest one.</summary>
    public static Diagnostic NothingBelow(Location place, string gate, string environment) => new(
        "TP2044",
        Severity.Error,
        $"the gate `{gate}` looks at the environment below, and `{environment}` is the lowest",
        place,
        "nothing to look at",
        Help: "remove the gate, or give the application an environment below");

    /// <summary>The verification of an environment is asked for that has none.</summary>
    public static Diagnostic NothingVerifiedBelow(Location place, string below) => new(
        "TP2045",
        Severity.Error,
        $"nothing is verified in `{below}`, the environment below",
        place,
        "would hold whatever happens",
        Help: $"name probes in `{below}`: `verify: [smoke]`");

    /// <summary>The same gate twice in an environment.</summary>
    public static Diagnostic GateTwice(Location place, string gate) => new(
        "TP2046",
        Severity.Error,
        $"the gate `{gate}` stands here twice",
        place,
        "the second",
        Help: "write one of them, with all that it asks for");

    /// <summary>Days of a window that are none.</summary>
    public static Diagnostic BadDays(Location place, string value) => new(
        "TP2047",
        Severity.Error,
        $"`{value}` is no day of the week",
        place,
        Help: "write mon, tue, wed, thu, fri, sat, sun, or a range of them such as mon-thu");

    /// <summary>Hours of a window that are none.</summary>
    public static Diagnostic BadHours(Location place, string value) => new(
        "TP2048",
        Severity.Error,
        $"`{value}` is no span of hours",
        place,
        Notes: ["hours over midnight belong to the day on which they begin"],
        Help: "write \"09:00-16:00\", or \"00:00-24:00\" for the whole day");

    /// <summary>A time zone that the database of time zones does not have.</summary>
    public static Diagnostic UnknownZone(Location place, string zone, IEnumerable<string> known) => new(
        "TP2049",
        Severity.Error,
        $"there is no time zone `{zone}`",
        place,
        "not known",
        Help: Suggest.Nearest(zone, known) is { } near ? $"did you mean `{near}`?" : "write its name in the database of time zones, such as Europe/Brussels or UTC",
        Fix: Fix.Rename(place, zone, Suggest.Only(zone, known)));

    /// <summary>A freeze that is no day and no span of days.</summary>
    public static Diagnostic BadFreeze(Location place, string value) => new(
        "TP2050",
        Severity.Error,
        $"`{value}` is no day",
        place,
        Help: "write a day as 2026-12-24, and a span as { from: 2026-12-24, to: 2027-01-02 }");

    /// <summary>A freeze whose last day comes before its first.</summary>
    public static Diagnostic FreezeEndsFirst(Location place) => new(
        "TP2051",
        Severity.Error,
        "this freeze ends before it begins",
        place,
        Help: "exchange its two days");

    /// <summary>A window that is always open.</summary>
    public static Diagnostic WindowAsksNothing(Location place) => new(
        "TP2052",
        Severity.Error,
        "a window needs `days`, `hours`, `freeze`, `holidays` or `demo`",
        place,
        "would always be open",
        Help: "write `window: { days: mon-thu, hours: \"09:00-16:00\", zone: Europe/Brussels }`");

    /// <summary>A holiday that is no day of a year and none of each year.</summary>
    public static Diagnostic BadHoliday(Location place, string value) => new(
        "TP2056",
        Severity.Error,
        $"`{value}` is no holiday",
        place,
        Notes: ["both ends of a span have a year, or none has"],
        Help: "write a day as 2026-12-24, one of each year as 12-25, and a span as { from: 12-24, to: 01-02 }");

    /// <summary>A time before a demo that is not made of days.</summary>
    public static Diagnostic BadDaysBefore(Location place, int most) => new(
        "TP2057",
        Severity.Error,
        $"`before` is a number of days, {most} at most",
        place,
        Notes: ["a frozen day is frozen from its first minute to its last"],
        Help: "write `before: 1d`");

    /// <summary>A budget is to be left, and nothing is promised.</summary>
    public static Diagnostic NothingPromised(Location place, string environment) => new(
        "TP2053",
        Severity.Error,
        $"`{environment}` promises no availability that could have a budget of errors",
        place,
        "nothing to count against",
        Help: "add `slo: { availability: 99.9% }` to the environment");

    /// <summary>An image gate that asks for nothing.</summary>
    public static Diagnostic ImageAsksNothing(Location place) => new(
        "TP2054",
        Severity.Error,
        "an image gate needs `size`, `non-root` or `signature`",
        place,
        "asks for nothing",
        Help: "write `image: { size: 500mb, non-root: true, signature: true }`");

    /// <summary>What is always asked is to be switched off.</summary>
    public static Diagnostic AlwaysAsked(Location place, string gate) => new(
        "TP2055",
        Severity.Error,
        $"the gate `{gate}` can't be switched off",
        place,
        "judged in every environment",
        Help: "remove this entry");

    /// <summary>Steps of an escalation whose times do not grow.</summary>
    public static Diagnostic EscalationOutOfOrder(Location place) => new(
        "TP2059",
        Severity.Error,
        "the steps of this escalation do not come one after the other",
        place,
        Notes: ["each time is counted from when the request was blocked, and each step is asked for with proof of those before"],
        Help: "write `escalation: { channel: 4h, meeting: 1d, supervisor: 3d }`");

    /// <summary>The end of an exception that is no day.</summary>
    public static Diagnostic BadExceptionDay(Location place, string value) => new(
        "TP2058",
        Severity.Error,
        $"`{value}` is no day on which an exception ends",
        place,
        "the last day, in UTC",
        Notes: ["every exception ends: what was harmless once is looked at again"],
        Help: "write a day as 2026-12-31");
}
