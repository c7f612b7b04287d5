using System.Globalization;
using System.Text;

namespace Towpath.Core.Diagnostics;

/// <summary>The difference of two texts as <c>git apply</c> and <c>patch</c> read it.</summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    // Beyond it the differing middle is shown as taken out and put in whole: a longer search would show nothing that a reader could follow.
    private const int MostDifferences = 1000;

    /// <summary>The difference; empty where there is none.</summary>
    /// <param name="path">Path of the file, relative to where the patch is applied.</param>
    /// <param name="before">The text now; null for a file that is not there.</param>
    /// <param name="after">The text then.</param>
    public static string Write(string path, string? before, string after)
    {
        if (before == after)
        {
            return "";
        }

        var lines = Compare(Lines(before ?? ""), Lines(after));
        var text = new StringBuilder();
        text.Append(before is null ? "--- /dev/null\n" : $"--- a/{path}\n").Append($"+++ b/{path}\n");
        for (var at = 0; at < lines.Count;)
        {
            at = WriteHunk(text, lines, at);
        }

        return text.ToString();
    }

    // From one difference to the last that is no further away than the context of both.
    private static int WriteHunk(StringBuilder text, List<(char Sign, string Line)> lines, int at)
    {
        var first = lines.FindIndex(at, l => l.Sign != ' ');
        if (first < 0)
        {
            return lines.Count;
        }

        var last = first;
        for (var next = first; next >= 0 && next - last <= (2 * Context) + 1; next = next + 1 < lines.Count ? lines.FindIndex(next + 1, l => l.Sign != ' ') : -1)
        {
            last = next;
        }

        var start = Math.Max(at, first - Context);
        var end = Math.Min(lines.Count, last + 1 + Context);
        var hunk = lines[start..end];
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(lines, start, hunk, '+')} +{Range(lines, start, hunk, '-')} @@\n");
        foreach (var (sign, line) in hunk)
        {
            text.Append(sign).Append(line);
            text.Append(line.EndsWith('\n') ? "" : "\n\\ No newline at end of file\n");
        }

        return end;
    }

    private static string Range(List<(char Sign, string Line)> lines, int start, List<(char Sign, string Line)> hunk, char other)
    {
        var before = lines.Take(start).Count(l => l.Sign != other);
        var count = hunk.Count(l => l.Sign != other);
        return string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? before : before + 1)},{count}");
    }

    private static string[] Lines(string text)
    {
        var lines = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at) is var found && found < 0 ? text.Length : found + 1;
            lines.Add(text[at..end]);
            at = end;
        }

        return [.. lines];
    }

    private static List<(char Sign, string Line)> Compare(string[] before, string[] after)
    {
        var head = 0;
        while (head < before.Length && head < after.Length && before[head] == after[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < before.Length - head && tail < after.Length - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
        }

        return
        [
            .. before[..head].Select(line => (' ', line)),
            .. Middle(before[head..^tail], after[head..^tail]),
            .. before[^tail..].Select(line => (' ', line)),
        ];
    }

    // The shortest way from one to the other: of all ways with d differences the furthest on each diagonal is kept (Myers 1986).
    private static List<(char Sign, string Line)> Middle(string[] before, string[] after)
    {
        var most = Math.Min(before.Length + after.Length, MostDifferences);
        var reached = new int[(2 * most) + 3];
        var trace = new List<int[]>();
        for (var d = 0; d <= most; d++)
        {
            trace.Add(reached[(most + 1 - d)..(most + 2 + d)]);
            for (var k = -d; k <= d; k += 2)
            {
                var down = k == -d || (k != d && reached[most + k] < reached[most + k + 2]);
                var x = down ? reached[most + k + 2] : reached[most + k] + 1;
                while (x < before.Length && x - k < after.Length && before[x] == after[x - k])
                {
                    x++;
                }

                reached[most + k + 1] = x;
                if (x >= before.Length && x - k >= after.Length)
                {
                    return Walk(before, after, trace);
                }
            }
        }

        return [.. before.Select(line => ('-', line)), .. after.Select(line => ('+', line))];
    }

    private static List<(char Sign, string Line)> Walk(string[] before, string[] after, List<int[]> trace)
    {
        var lines = new List<(char, string)>();
        var (x, y) = (before.Length, after.Length);
        for (var d = trace.Count - 1; d >= 0; d--)
        {
            var k = x - y;
            var reached = trace[d];
            int At(int diagonal) => diagonal >= -d && diagonal <= d ? reached[diagonal + d] : -1;
            var down = k == -d || (k != d && At(k - 1) < At(k + 1));
            var from = d == 0 ? 0 : down ? At(k + 1) : At(k - 1);
            var fromY = from - (down ? k + 1 : k - 1);
            while (d == 0 ? x > 0 : x > (down ? from : from + 1))
            {
                lines.Add((' ', before[--x]));
                y--;
            }

            if (d > 0)
            {
                lines.Add(down ? ('+', after[fromY]) : ('-', before[from]));
                (x, y) = (from, fromY);
            }
        }

        lines.Reverse();
        return lines;
    }
}
