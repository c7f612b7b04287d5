using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace Towpath.Core.Diagnostics;

/// <summary>The fixes of some diagnostics put together: which can be applied at once, and what the files read afterwards.</summary>
/// <param name="Texts">New text of each file that changes, by its path.</param>
/// <param name="Applied">Diagnostics whose fix is in those texts.</param>
/// <param name="Skipped">Diagnostics whose fix is left out: it overlaps one that was taken before, or the file is not the one that was read.</param>
public sealed record FixPlan(
    ImmutableSortedDictionary<string, string> Texts,
    ImmutableArray<Diagnostic> Applied,
    ImmutableArray<Diagnostic> Skipped)
{
    /// <summary>Takes each fix, in the order of the diagnostics, that no fix before it stands in the way of.</summary>
    /// <param name="diagnostics">Those without a fix are passed over.</param>
    /// <param name="read">The text of a file without its byte order mark, or null where there is none any more.</param>
    public static FixPlan Make(IEnumerable<Diagnostic> diagnostics, Func<string, string?> read)
    {
        var files = new Dictionary<string, EditedText?>(StringComparer.Ordinal);
        var applied = ImmutableArray.CreateBuilder<Diagnostic>();
        var skipped = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var diagnostic in diagnostics.Where(d => d.Fix is not null))
        {
            (TryTake(diagnostic.Fix!, Find) ? applied : skipped).Add(diagnostic);
        }

        return new FixPlan(
            files.Where(f => f.Value is { IsChanged: true }).ToImmutableSortedDictionary(f => f.Key, f => f.Value!.ToString(), StringComparer.Ordinal),
            applied.ToImmutable(),
            skipped.ToImmutable());

        EditedText? Find(string path)
        {
            ref var file = ref CollectionsMarshal.GetValueRefOrAddDefault(files, path, out var isKnown);
            return isKnown ? file : file = read(path) is { } text ? new EditedText(new SourceText(path, text)) : null;
        }
    }

    private static bool TryTake(Fix fix, Func<string, EditedText?> find)
    {
        if (!fix.Edits.All(edit => find(edit.Place.File)?.CanTake(edit) ?? false))
        {
            return false;
        }

        foreach (var edit in fix.Edits)
        {
            find(edit.Place.File)!.Take(edit);
        }

        return true;
    }

    /// <summary>One text and the edits that were taken.</summary>
    private sealed class EditedText(SourceText source)
    {
        private readonly SortedDictionary<int, (int End, string Text)> _edits = [];
        private readonly string _lineEnd = LineEnds.Of(source.Text);

        public bool IsChanged => _edits.Count > 0;

        public bool CanTake(Edit edit)
        {
            var (start, end) = Range(edit);
            return start <= end
                && (edit.Place.Excerpt is not { } excerpt || source.Line(edit.Place.Line).StartsWith(excerpt, StringComparison.Ordinal))
                && _edits.All(taken => IsSame(taken, start, end, edit) || AreApart(start, end, taken.Key, taken.Value.End));
        }

        public void Take(Edit edit)
        {
            var (start, end) = Range(edit);
            _edits[start] = (end, Text(edit));
        }

        public override string ToString()
        {
            var text = new StringBuilder(source.Text.Length);
            var at = 0;
            foreach (var (start, (end, replacement)) in _edits)
            {
                text.Append(source.Text, at, start - at).Append(replacement);
                at = end;
            }

            return text.Append(source.Text, at, source.Text.Length - at).ToString();
        }

        // Of two edits that touch, neither may be an insertion: nobody could say which text comes first.
        private static bool AreApart(int start, int end, int otherStart, int otherEnd) =>
            end < otherStart || otherEnd < start || ((end == otherStart || otherEnd == start) && start < end && otherStart < otherEnd);

        private bool IsSame(KeyValuePair<int, (int End, string Text)> taken, int start, int end, Edit edit) =>
            taken.Key == start && taken.Value.End == end && taken.Value.Text == Text(edit);

        private string Text(Edit edit) => edit.Replacement.ReplaceLineEndings(_lineEnd);

        private (int Start, int End) Range(Edit edit) =>
            (source.Offset(edit.Place.Line, edit.Place.Column), source.Offset(edit.Place.EndLine, edit.Place.EndColumn));
    }
}
