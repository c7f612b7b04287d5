using System.Globalization;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>Jobs: ready when they are done.</summary>
internal static class JobReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var item = observed.Item;
        if (item.Text("metadata", "deletionTimestamp") is not null) return new ObjectVerdict(Readiness.InProgress, "it is being deleted");
        var trouble = WorkloadWords.Worst(WorkloadWords.Owned(observed.Pods, item), observed);
        if (item.Condition("Complete") is { } complete && complete.Text("status") == "True") return new ObjectVerdict(Readiness.Ready, "it is done");
        if (item.Condition("Failed") is { } failed && failed.Text("status") == "True")
        {
            var isLate = failed.Text("reason") == "DeadlineExceeded";
            var words = isLate ? "it took longer than it may" : "it failed and is not tried again";
            return new ObjectVerdict(Readiness.Failed, trouble is null ? $"{words}: {ClusterWords.Plain(failed.Text("message"))}" : $"{words}: {trouble.Why}", isLate ? StatusCause.Deadline : trouble?.Cause ?? StatusCause.Exited);
        }

        if (item.Flag("spec", "suspend")) return new ObjectVerdict(Readiness.InProgress, "it is suspended");
        var (active, tried) = (item.Number("status", "active") ?? 0, item.Number("status", "failed") ?? 0);
        var counted = active > 0 ? "it runs" : "it has not begun yet";
        if (tried > 0) counted += string.Create(CultureInfo.InvariantCulture, $", after {tried} tries that failed");

        // A container that ended with a code may be tried again by the job: only what no further try can mend is final.
        trouble ??= active == 0 ? WorkloadWords.Refused([item], observed) : null;
        return WorkloadWords.Short(counted, trouble is { Cause: StatusCause.Exited or StatusCause.OutOfMemory or StatusCause.CrashLoop } ? trouble with { IsFinal = false } : trouble);
    }
}

/// <summary>CronJobs are ready as soon as they are there; how its runs went is the business of its jobs.</summary>
internal static class CronJobReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var item = observed.Item;
        if (item.Text("metadata", "deletionTimestamp") is not null) return new ObjectVerdict(Readiness.InProgress, "it is being deleted");
        var when = $"at {item.Text("spec", "schedule")}";
        if (item.Flag("spec", "suspend")) return new ObjectVerdict(Readiness.Ready, $"it is suspended; else it would run {when}");
        var last = item.Text("status", "lastScheduleTime") is { } time ? $"last at {time}" : "and has not run yet";
        return new ObjectVerdict(Readiness.Ready, $"it runs {when}, {last}");
    }
}
