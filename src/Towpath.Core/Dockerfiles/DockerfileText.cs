using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Dockerfiles;

/// <summary>
/// A run of a Dockerfile's text from which continuation marks, comments and empty lines between were taken out, and that still knows where in the
/// file each of its characters stands.
/// </summary>
internal sealed class DockerfileText(SourceText source)
{
    private readonly StringBuilder _text = new();
    private readonly List<(int At, int Offset)> _pieces = [];
    private string? _joined;

    /// <summary>The joined text.</summary>
    public string Text => _joined ??= _text.ToString();

    /// <summary>Takes a run of the file over.</summary>
    public void Append(int offset, int length)
    {
        if (length > 0)
        {
            _pieces.Add((_text.Length, offset));
            _text.Append(source.Text, offset, length);
            _joined = null;
        }
    }

    /// <summary>The place of a run of the joined text; it may reach over several lines of the file.</summary>
    public Location Locate(int at, int length)
    {
        var first = OffsetOf(at);
        var last = length > 1 ? OffsetOf(at + length - 1) : first;
        return source.LocateOffset(first, last - first + 1);
    }

    private int OffsetOf(int at)
    {
        if (_pieces.Count == 0)
        {
            return 0;
        }

        var index = _pieces.BinarySearch((at, int.MaxValue));
        var (start, offset) = _pieces[Math.Max(0, ~index - 1)];
        return offset + at - start;
    }
}
