using System.Globalization;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>A line that a container of a pod wrote.</summary>
/// <param name="At">When.</param>
/// <param name="Service">Service in the Compose file.</param>
/// <param name="Source">The pod; <c>pod/container</c> where the pod has several.</param>
/// <param name="Text">The line without its end.</param>
public sealed record PodLine(DateTimeOffset At, string Service, string Source, string Text)
{
    /// <summary>A line as the API server gives it when it is asked for times: a time in RFC 3339, a space, the text. Null for what is none.</summary>
    internal static PodLine? Read(PodOutput output, string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var time = space < 0 ? line : line[..space];
        return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new PodLine(at, output.Service, output.Source, space < 0 ? "" : line[(space + 1)..])
            : null;
    }
}

/// <summary>How far the output of a run was read. The API server goes on from a whole second only: what was read of it comes again, and is passed over.</summary>
/// <param name="At">Time of the last line.</param>
/// <param name="Count">Lines that were read of that very time.</param>
internal readonly record struct PodLinePlace(DateTimeOffset At, int Count)
{
    /// <summary>After one more line.</summary>
    public PodLinePlace After(PodLine line) => line.At == At ? this with { Count = Count + 1 } : new PodLinePlace(line.At, 1);

    /// <summary>Whether a line was read before.</summary>
    /// <param name="line">A line that came again, or a new one.</param>
    /// <param name="passed">Lines of the last line's very time that were passed over since it was begun again.</param>
    public bool Covers(PodLine line, ref int passed) => line.At < At || (line.At == At && passed++ < Count);
}
