using System.Text;

namespace Towpath.Core.Diagnostics;

/// <summary>What stands in a file for a value that may be a secret: the value came from a variable, and a message shows the template instead.</summary>
/// <param name="Value">The value.</param>
/// <param name="Template">What stands in the file.</param>
internal sealed record Veil(string Value, string Template)
{
    /// <summary>Values shorter than this are hidden where they are quoted only: they occur in any sentence.</summary>
    private const int ShortValue = 4;

    /// <summary>The same diagnostic without the value, and without any quoted part of it.</summary>
    public Diagnostic Over(Diagnostic diagnostic) => diagnostic with
    {
        Headline = Over(diagnostic.Headline),
        Label = diagnostic.Label is { } label ? Over(label) : null,
        Notes = [.. diagnostic.Notes.Select(Over)],
        Help = diagnostic.Help is { } help ? Over(help) : null,
    };

    private string Over(string sentence)
    {
        var parts = sentence.Split('`');
        var text = new StringBuilder();
        for (var i = 0; i < parts.Length; i++)
        {
            var isQuoted = i % 2 == 1 && i + 1 < parts.Length;
            var part = isQuoted && IsOfValue(parts[i]) ? Template : parts[i];
            text.Append(i > 0 ? "`" : "").Append(part);
        }

        return Value.Length < ShortValue ? text.ToString() : text.Replace(Value, Template).ToString();
    }

    private bool IsOfValue(string quoted) =>
        quoted.Length > 0
        && (Value.Contains(quoted, StringComparison.Ordinal) || quoted.Contains(Value, StringComparison.Ordinal))
        && !Template.Contains(quoted, StringComparison.Ordinal);
}
