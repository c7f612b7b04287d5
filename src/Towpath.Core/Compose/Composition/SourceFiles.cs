using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>Phase 1 and 2 for all files of a project: each is read and parsed once, and known by its path from the project's folder.</summary>
internal sealed class SourceFiles(ComposeRequest request, RootedFiles files, DiagnosticBag bag)
{
    /// <summary>Most files of one project.</summary>
    private const int MaxFiles = 1000;

    private readonly Dictionary<string, IReadOnlyList<YamlDocument>?> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceText?> _texts = new(StringComparer.Ordinal);

    /// <summary>A path as messages show it.</summary>
    public string Shown(string path) => FilePath.Below(request.ProjectDirectory, path);

    /// <summary>Whether there is a file to read.</summary>
    public bool Exists(string path) => files.Exists(path);

    /// <summary>The documents of a Compose file, or null after an error was told.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="reference">Where it is named; null where the user named it on the command line.</param>
    public IReadOnlyList<YamlDocument>? Documents(string path, YamlNode? reference)
    {
        if (!_documents.TryGetValue(path, out var documents))
        {
            _documents[path] = documents = Text(path, reference, "this file") is { } source ? Parse(source) : null;
        }

        return documents;
    }

    /// <summary>The variables of files, a later one over an earlier one.</summary>
    /// <param name="paths">Absolute.</param>
    /// <param name="outer">What templates in the files see before their own variables.</param>
    /// <param name="reference">Where they are named; null where the user named them.</param>
    public ImmutableDictionary<string, string> Variables(IEnumerable<string> paths, IReadOnlyDictionary<string, string> outer, YamlNode? reference)
    {
        var found = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (Text(path, reference, "this file of variables") is { } source)
            {
                foreach (var (name, value) in DotEnv.Read(source, new Layered(outer, found), bag))
                {
                    found[name] = value;
                }
            }
        }

        return found.ToImmutable();
    }

    private IReadOnlyList<YamlDocument>? Parse(SourceText source)
    {
        var documents = YamlReader.ReadAll(source, bag);
        if (documents is not { Count: 0 })
        {
            return documents;
        }

        bag.Add(ComposeDiagnostics.EmptyFile(source.Path));
        return null;
    }

    private SourceText? Text(string path, YamlNode? reference, string what)
    {
        if (_texts.TryGetValue(path, out var known))
        {
            return known;
        }

        var place = reference?.Location ?? new Location(Shown(path), 1, 1, 1, 1);
        if (_texts.Count >= MaxFiles)
        {
            bag.Add(CompositionDiagnostics.TooManyFiles(place, "files in this project", MaxFiles));
            return null;
        }

        return _texts[path] = Read(path, place, what);
    }

    private SourceText? Read(string path, Location place, string what)
    {
        var file = files.Read(path, place, what);
        switch (file.State)
        {
            case FileState.Found:
                return YamlText.Decode(Shown(path), file.Bytes.Span, bag);
            case FileState.Missing:
                bag.Add(CompositionDiagnostics.MissingFile(place, what, Shown(path)));
                break;
            case FileState.Outside:
                bag.Add(CompositionDiagnostics.OutsideRoot(place, what, path));
                break;
            case FileState.TooLarge:
                bag.Add(ComposeDiagnostics.FileTooLarge(Shown(path), file.Length, YamlText.MaxBytes));
                break;
            case FileState.NotAFile:
                bag.Add(CompositionDiagnostics.Unreadable(place, what, Shown(path), "is no file"));
                break;
            default:
                bag.Add(CompositionDiagnostics.Unreadable(place, what, Shown(path), "is not permitted"));
                break;
        }

        return null;
    }
}
