namespace Towpath.Core.Kubernetes.Running;

/// <summary>The newest of many lines that come from several places in no order, within bounds of number and size.</summary>
/// <param name="count">Lines kept.</param>
/// <param name="size">Characters kept; the newest line is kept whatever its size.</param>
internal sealed class NewestLines(int count, long size)
{
    private readonly PriorityQueue<PodLine, (DateTimeOffset At, long Number)> _lines = new();
    private long _held;
    private long _number;

    /// <summary>Takes a line in.</summary>
    public void Add(PodLine line)
    {
        _lines.Enqueue(line, (line.At, _number++));
        _held += line.Text.Length;
        while (_lines.Count > count || (_held > size && _lines.Count > 1))
        {
            _held -= _lines.Dequeue().Text.Length;
        }
    }

    /// <summary>The lines, oldest first; those of one time as they came. They are given away.</summary>
    public IEnumerable<PodLine> Take()
    {
        while (_lines.TryDequeue(out var line, out _))
        {
            yield return line;
        }
    }
}
