using Towpath.Core.Diagnostics;
using YamlDotNet.Core.Events;

namespace Towpath.Core.Compose;

/// <summary>The second half: mappings, their merge keys, and aliases.</summary>
internal sealed partial class YamlReader
{
    private YamlNode Follow(AnchorAlias alias, int depth)
    {
        var name = alias.Value.Value;
        if (_openAnchors.Contains(name))
        {
            throw Stop(ComposeDiagnostics.RecursiveAnchor(At(alias), name));
        }

        if (!_anchors.TryGetValue(name, out var anchored))
        {
            throw Stop(ComposeDiagnostics.UndefinedAnchor(At(alias), name, _anchors.Keys));
        }

        if (depth + anchored.Height - 1 > MaxDepth)
        {
            throw Stop(ComposeDiagnostics.TooDeep(At(alias), MaxDepth));
        }

        _deepest = Math.Max(_deepest, depth + anchored.Height - 1);
        _aliased += anchored.Size;
        _largest = anchored.Size > _largest.Size ? (anchored.Size, alias) : _largest;
        return _aliased <= MaxAliased ? anchored.Node : throw Stop(ComposeDiagnostics.TooManyNodes(At(alias), MaxAliased));
    }

    private void CheckProportion()
    {
        if (_aliased > FewAliased && _aliased / MaxAliasedForEachNode > _written && _largest.Alias is { } alias)
        {
            throw Stop(ComposeDiagnostics.TooManyNodes(At(alias), _written * MaxAliasedForEachNode));
        }
    }

    private YamlMapping ReadMapping(ParsingEvent start, int depth, YamlMark mark)
    {
        var first = _open.Entries.Count;
        List<YamlMapping>? merged = null;
        YamlScalar? mergeKey = null;
        HashSet<string>? names = null;
        while (Current is not MappingEnd)
        {
            // A file that is wrong a thousand times is not looked at further.
            if (_bag.IsFull)
            {
                throw new StopReading();
            }

            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            // Only Compose demands that a key is text: a status of an API is a number.
            if (key is not YamlScalar name || (_marks && name.Type != YamlType.Text))
            {
                _bag.Add(ComposeDiagnostics.KeyIsNotText(key.Location, key.Kind));
            }
            else if (name is { IsPlain: true, Value: "<<" })
            {
                if (mergeKey is not null)
                {
                    _bag.Add(ComposeDiagnostics.DuplicateKey(name.Location, "<<", mergeKey.Location));
                }

                mergeKey = name;
                CollectMerged(value, merged ??= []);
            }
            else if (_open.Known(name.Value, first, ref names) is { } known)
            {
                _bag.Add(ComposeDiagnostics.DuplicateKey(name.Location, name.Value, known.Key.Location, Repetition(name, value, known)));
            }
            else
            {
                _open.Entries.Add(new YamlEntry(Shared(name), value));
            }
        }

        AddMerged(merged, first, ref names);
        var end = Current.End;
        _parser.MoveNext();
        return new YamlMapping(_source, SpanOf(start.Start, end), OpenNodes.Take(_open.Entries, first)) { Mark = mark };
    }

    // A second entry that says what the first does can go without a loss.
    private static Location? Repetition(YamlScalar name, YamlNode value, YamlEntry first) =>
        (value, first.Value) is (YamlScalar later, YamlScalar earlier) && later.Value == earlier.Value && later.IsPlain == earlier.IsPlain
            ? new YamlEntry(name, value).Location
            : null;

    // The same key with a text that all keys of that name share.
    private YamlScalar Shared(YamlScalar key) =>
        _open.Shared(key.Value) is var shared && ReferenceEquals(shared, key.Value) ? key : new YamlScalar(key.Source, key.Span, shared, key.IsPlain);

    private void AddMerged(List<YamlMapping>? merged, int first, ref HashSet<string>? names)
    {
        foreach (var source in merged ?? [])
        {
            foreach (var entry in source.Entries)
            {
                if (_open.Known(entry.Name, first, ref names) is null)
                {
                    _open.Entries.Add(entry);
                }
            }
        }
    }

    private void CollectMerged(YamlNode value, List<YamlMapping> merged)
    {
        foreach (var part in value is YamlSequence list ? list.Items : [value])
        {
            if (part is YamlMapping mapping)
            {
                merged.Add(mapping);
            }
            else if (!part.IsNull)
            {
                _bag.Add(ComposeDiagnostics.BadMergeKey(part.Location, part.Kind));
            }
        }
    }
}
