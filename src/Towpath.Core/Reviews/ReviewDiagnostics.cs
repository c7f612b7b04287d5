using Towpath.Core.Diagnostics;

namespace Towpath.Core.Reviews;

/// <summary>TP4879: readiness sheets.</summary>
public static class ReviewDiagnostics
{
    /// <summary>TP4879: a sheet is asked for that was never written.</summary>
    /// <param name="application">Application.</param>
    /// <param name="schedule">When one is written, in words; null where none is by itself.</param>
    public static Diagnostic NothingWritten(string application, string? schedule) => new(
        "TP4879", Severity.Error, $"no readiness sheet of {application} was written yet",
        Notes: [schedule is null ? "its towpath.yaml says nothing of `review`" : $"it is written {schedule}"],
        Help: "`towpath review` shows how things stand now");
}
