using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Onboarding;

/// <summary>Adds entries to a mapping of a YAML text as a person would: below its last entry, indented like it, or before its closing brace.</summary>
internal static class YamlInsertion
{
    /// <summary>The edit; null for a mapping that has no place of its own, such as an alias.</summary>
    /// <param name="parent">The key of the mapping with its value, as the text has them.</param>
    /// <param name="entries">Keys with values in flow style.</param>
    /// <param name="under">A key to put them under; null to add them to the mapping itself.</param>
    public static Edit? Into(YamlEntry parent, IReadOnlyList<(string Key, string Value)> entries, string? under)
    {
        var source = parent.Key.Source;
        if (parent.Value is not YamlMapping mapping || mapping.Source != source || mapping.Span.Line < parent.Key.Span.Line)
        {
            return null;
        }

        var end = source.Offset(mapping.Span.EndLine, mapping.Span.EndColumn);
        var isFlow = source.Text[source.Offset(mapping.Span.Line, mapping.Span.Column)] == '{';

        // The parser ends a flow mapping at its brace, not behind it.
        return !isFlow ? BelowLast(source, parent, entries, under)
            : end < source.Text.Length && source.Text[end] == '}' ? BeforeBrace(source, mapping, end, entries, under)
            : null;
    }

    private static Edit BeforeBrace(SourceText source, YamlMapping mapping, int brace, IReadOnlyList<(string Key, string Value)> entries, string? under)
    {
        var inner = string.Join(", ", entries.Select(e => $"{e.Key}: {e.Value}"));
        var text = under is null ? inner : $"{under}: {{ {inner} }}";
        var last = brace - 1;
        while (last > 0 && char.IsWhiteSpace(source.Text[last]))
        {
            last--;
        }

        var lead = mapping.Entries.IsEmpty || source.Text[last] == ',' ? " " : ", ";
        var place = source.LocateOffset(last + 1, 1);
        return new Edit(place with { EndLine = place.Line, EndColumn = place.Column }, lead + text + (last == brace - 1 ? " " : ""));
    }

    private static Edit? BelowLast(SourceText source, YamlEntry parent, IReadOnlyList<(string Key, string Value)> entries, string? under)
    {
        var outer = parent.Key.Span.Column - 1;
        var inner = -1;
        var last = 0;
        for (var line = parent.Key.Span.EndLine + 1; line <= source.Lines; line++)
        {
            var text = source.Line(line);
            var indent = text.Length - text.TrimStart(' ').Length;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var isComment = text[indent] == '#';
            if (indent <= outer && !isComment)
            {
                break;
            }

            inner = inner < 0 && !isComment ? indent : inner;

            // A comment may stand behind the last entry, or be a line of its text: only what is indented deeper is.
            last = !isComment || (inner >= 0 && indent > inner) ? line : last;
        }

        if (inner < 0)
        {
            return null;
        }

        var pad = new string(' ', inner);
        var step = new string(' ', Math.Max(2, inner - outer));
        var lines = under is null
            ? entries.Select(e => $"{pad}{e.Key}: {e.Value}\n")
            : entries.Select(e => $"{pad}{step}{e.Key}: {e.Value}\n").Prepend($"{pad}{under}:\n");
        var isLast = last == source.Lines;
        var place = isLast
            ? source.Locate(last, source.Line(last).Length + 1, last, source.Line(last).Length + 1)
            : source.Locate(last + 1, 1, last + 1, 1);
        var added = string.Concat(lines);
        return new Edit(place, isLast ? "\n" + added.TrimEnd('\n') : added);
    }
}
