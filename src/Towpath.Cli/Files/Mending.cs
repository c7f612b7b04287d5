using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Files;

/// <summary>The fixes of a reading, applied to the files of a working tree.</summary>
internal sealed class Mending
{
    private readonly Dictionary<string, WorkingFile> _files = new(StringComparer.Ordinal);

    /// <summary>Reads the files that have something to fix, and plans.</summary>
    /// <param name="folder">What the paths of the diagnostics count from; nothing outside is touched.</param>
    /// <param name="diagnostics">What is wrong.</param>
    /// <exception cref="DiagnosticException">TP7141: a file can't be changed. Nothing is, then.</exception>
    public Mending(string folder, ImmutableArray<Diagnostic> diagnostics) => Plan = FixPlan.Make(diagnostics, path =>
    {
        _files.TryAdd(path, WorkingFile.Open(folder, path));
        return _files[path].Text;
    });

    /// <summary>What is applied, and what not.</summary>
    public FixPlan Plan { get; }

    /// <summary>The change of all files as one patch.</summary>
    public string Diff() => string.Concat(Plan.Texts.Select(file => UnifiedDiff.Write(file.Key, _files[file.Key].Text, file.Value)));

    /// <summary>Writes the files.</summary>
    /// <exception cref="DiagnosticException">TP7141, TP7142: one can't be written, or was changed meanwhile. Those before it are written.</exception>
    public void Write()
    {
        foreach (var (path, text) in Plan.Texts)
        {
            _files[path].Write(text);
        }
    }
}
