using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Towpath.Core.Kubernetes.Layouts;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>What stands at a path of a commit.</summary>
/// <param name="Mode">As git writes it: <c>040000</c> for a folder.</param>
/// <param name="Id">Full object name.</param>
/// <param name="Path">Where.</param>
public sealed record CommitEntry(string Mode, string Id, string Path);

/// <summary>
/// A commit as <c>git fast-import</c> reads it (git-fast-import). No working tree is needed for it, so that nothing in a repository, links least of all,
/// leads anywhere on this machine.
/// </summary>
/// <param name="Reference">The reference that gets it.</param>
/// <param name="Parent">The commit before it; null for the first one.</param>
/// <param name="At">When.</param>
/// <param name="Message">All of its message.</param>
/// <param name="Cleared">Paths, files or folders, that go before anything is written; one that is not there is no harm.</param>
public sealed record CommitStream(string Reference, string? Parent, DateTimeOffset At, string Message, ImmutableArray<string> Cleared)
{
    private const string Author = "Towpath <towpath@localhost>";

    /// <summary>Files that are written.</summary>
    public ImmutableArray<LayoutFile> Files { get; init; } = [];

    /// <summary>What is put back as it stood in another commit.</summary>
    public ImmutableArray<CommitEntry> Entries { get; init; } = [];

    /// <summary>The bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        var when = $"{Author} {At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)} +0000";
        // Without `from`, a branch that is there would be gone on with; the first commit must have no parent.
        Write(stream, $"feature done\nreset {Reference}\n\ncommit {Reference}\nauthor {when}\ncommitter {when}\n");
        Data(stream, Message);
        if (Parent is not null)
        {
            Write(stream, $"from {Parent}\n");
        }

        foreach (var path in Cleared)
        {
            Write(stream, $"D {Quoted(path)}\n");
        }

        foreach (var entry in Entries)
        {
            Write(stream, $"M {entry.Mode} {entry.Id} {Quoted(entry.Path)}\n");
        }

        foreach (var file in Files)
        {
            Write(stream, $"M 100644 inline {Quoted(file.Path)}\n");
            Data(stream, file.Text);
        }

        Write(stream, "\ndone\n");
        return stream.ToArray();
    }

    private static void Data(MemoryStream stream, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(stream, $"data {bytes.Length.ToString(CultureInfo.InvariantCulture)}\n");
        stream.Write(bytes);
        Write(stream, "\n");
    }

    // As in C: paths of ours need no other characters escaped.
    private static string Quoted(string path) => $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static void Write(MemoryStream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
