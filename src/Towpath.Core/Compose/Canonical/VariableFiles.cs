using System.Collections.Immutable;
using Towpath.Core.Compose.Composition;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Files of variables and labels that services name, each decoded once.</summary>
internal sealed class VariableFiles(RootedFiles files, IReadOnlyDictionary<string, string> variables, DiagnosticBag bag)
{
    private readonly Dictionary<string, SourceText?> _sources = new(StringComparer.Ordinal);

    /// <summary>Adds the variables of an entry of <c>env_file</c>.</summary>
    /// <param name="entry">Its long form.</param>
    /// <param name="own">What the service itself says; templates in the file see it.</param>
    /// <param name="found">Receives them; a later value replaces an earlier one.</param>
    public void ReadVariables(YamlMapping entry, YamlMapping? own, Dictionary<string, YamlNode> found)
    {
        if (entry.Get("path") is not YamlScalar { IsBroken: false } path)
        {
            return;
        }

        var isRequired = entry.Get("required") is not YamlScalar || entry.IsTrue("required");
        if (Open(path, isRequired, "env_file") is not { } source)
        {
            return;
        }

        var format = Nodes.TextOf(entry.Get("format"));
        if (format is not (null or "" or "raw"))
        {
            bag.Add(ModelDiagnostics.UnknownFormat(entry.Entry("format")!.Value.Location, format));
            return;
        }

        foreach (var (name, value) in format == "raw" ? ReadRaw(source) : DotEnv.Read(source, Outer(own), bag))
        {
            found[name] = Nodes.OfVariable(path, name, value);
        }
    }

    /// <summary>Adds the labels of a <c>label_file</c>.</summary>
    public void ReadLabels(YamlScalar path, Dictionary<string, YamlNode> found)
    {
        if (Open(path, isRequired: true, "label_file") is not { } source)
        {
            return;
        }

        foreach (var (name, value) in DotEnv.Read(source, ImmutableDictionary<string, string>.Empty, bag))
        {
            found[name] = Nodes.OfVariable(path, name, value);
        }
    }

    private SourceText? Open(YamlScalar path, bool isRequired, string key)
    {
        if (_sources.TryGetValue(path.Value, out var known))
        {
            return known;
        }

        var file = files.Read(path.Value, path.Location, key);
        SourceText? source = null;
        switch (file.State)
        {
            case FileState.Found:
                source = YamlText.DecodeVerbatim(path.Value, file.Bytes.Span, bag) is { } text ? new SourceText(path.Value, text) : null;
                break;
            case FileState.Missing when !isRequired:
                return null;
            case FileState.Outside:
                bag.Add(ModelDiagnostics.FileOutside(path.Location, key, path.Shown));
                break;
            default:
                bag.Add(ModelDiagnostics.FileMissing(path.Location, key, path.Shown, file.State != FileState.Missing));
                break;
        }

        return _sources[path.Value] = source;
    }

    private ImmutableDictionary<string, string> Outer(YamlMapping? own)
    {
        var outer = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in own?.Entries ?? [])
        {
            if (entry.Value is YamlScalar { IsNull: false } value)
            {
                outer[entry.Name] = value.Value;
            }
        }

        foreach (var (name, value) in variables)
        {
            outer[name] = value;
        }

        return outer.ToImmutable();
    }

    // As `docker run --env-file` has it: no quotes, no escapes, no variables; a name alone takes its value from around the file.
    private IEnumerable<KeyValuePair<string, string>> ReadRaw(SourceText source)
    {
        foreach (var line in source.Text.TrimStart('\uFEFF').Split('\n'))
        {
            var text = line.TrimEnd('\r').TrimStart();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                yield return KeyValuePair.Create(text[..equals], text[(equals + 1)..]);
            }
            else if (variables.TryGetValue(text.Trim(), out var value))
            {
                yield return KeyValuePair.Create(text.Trim(), value);
            }
        }
    }
}
