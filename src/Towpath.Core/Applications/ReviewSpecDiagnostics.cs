using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP2060: when the readiness sheet is written.</summary>
public static class ReviewSpecDiagnostics
{
    /// <summary>Days and time of the sheet that are none.</summary>
    public static Diagnostic BadTimes(Location place, string value) => new(
        "TP2060",
        Severity.Error,
        $"`{value}` does not say on which days the readiness sheet is written, and when",
        place,
        Notes: ["days of the week come first, each once, and then one time of those days"],
        Help: "write `mon 09:00`, `\"mon,thu 09:00\"`, `mon-fri 09:00` or `daily 09:00`");
}
