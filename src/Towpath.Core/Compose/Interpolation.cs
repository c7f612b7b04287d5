using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>
/// Phase 3: <c>$NAME</c> and <c>${NAME...}</c> in values become text. Variables come from the commit's <c>.env</c> only, so that the
/// same commit always reads the same, whatever machine reads it.
/// </summary>
internal static class Interpolation
{
    /// <summary>A tree with the same places whose values are interpolated. A shared (aliased) node is treated once.</summary>
    public static YamlNode Apply(YamlNode root, IReadOnlyDictionary<string, string> variables, DiagnosticBag bag) =>
        new Walk(variables, bag).Visit(root);

    /// <summary>One text interpolated; null after an error.</summary>
    /// <param name="template">The text.</param>
    /// <param name="variables">Known variables.</param>
    /// <param name="problem">Told of each problem with the part of the text that has it.</param>
    public static string? Expand(string template, IReadOnlyDictionary<string, string> variables, Action<TemplateProblem> problem)
    {
        var expansion = new TemplateExpansion(variables, problem);
        var text = expansion.Expand(template);
        return expansion.Failed ? null : text;
    }

    private sealed class Walk(IReadOnlyDictionary<string, string> variables, DiagnosticBag bag)
    {
        private readonly Dictionary<YamlNode, YamlNode> _done = new(ReferenceEqualityComparer.Instance);
        private long _expanded;
        private bool _isOver;

        public YamlNode Visit(YamlNode node)
        {
            if (node is YamlScalar scalar)
            {
                return scalar.Value.Contains('$') ? Expanded(scalar) : scalar;
            }

            if (_done.TryGetValue(node, out var done))
            {
                return done;
            }

            return _done[node] = node switch
            {
                YamlSequence list => new YamlSequence(list.Source, list.Span, [.. list.Items.Select(Visit)]),
                YamlMapping map => new YamlMapping(map.Source, map.Span, [.. map.Entries.Select(e => e with { Value = Visit(e.Value) })]),
                _ => node,
            };
        }

        private YamlScalar Expanded(YamlScalar scalar)
        {
            var text = _expanded > YamlText.MaxBytes ? null : Expand(scalar.Value, variables, problem => bag.Add(Describe(problem, scalar)));
            _expanded += text?.Length ?? 0;
            if (_expanded > YamlText.MaxBytes && !_isOver)
            {
                _isOver = true;
                bag.Add(ComposeDiagnostics.FileTooLarge(scalar.Source.Path, _expanded, YamlText.MaxBytes));
            }

            // A value that became empty stands for empty text, not for null: `image: $MISSING` is a mistake to be told where it is read.
            return new YamlScalar(scalar.Source, scalar.Span, text ?? "", scalar.IsPlain && !string.IsNullOrEmpty(text)) { IsBroken = text is null };
        }

        private static Diagnostic Describe(TemplateProblem problem, YamlScalar scalar)
        {
            var place = Find(problem.Part, scalar);
            return problem.Kind switch
            {
                TemplateProblemKind.Unset => ComposeDiagnostics.VariableUnset(place, problem.Name),
                TemplateProblemKind.Required => ComposeDiagnostics.VariableRequired(place, problem.Name, problem.Message),
                _ => ComposeDiagnostics.BadInterpolation(place, problem.Part),
            };
        }

        private static Location Find(string part, YamlScalar scalar)
        {
            var source = scalar.Source;
            var start = source.Offset(scalar.Span.Line, scalar.Span.Column);
            var end = source.Offset(scalar.Span.EndLine, scalar.Span.EndColumn);
            var found = part.Length == 0 || end <= start ? -1 : source.Text.IndexOf(part, start, end - start, StringComparison.Ordinal);
            return found < 0 ? scalar.Location : source.LocateOffset(found, part.Length);
        }
    }
}

/// <summary>What is wrong with a template.</summary>
internal enum TemplateProblemKind
{
    /// <summary>A variable without a value and without a default; it becomes empty.</summary>
    Unset,

    /// <summary>A variable that the text requires (<c>?</c>) has no value.</summary>
    Required,

    /// <summary>Not a template.</summary>
    Malformed,
}

/// <summary>One problem of a template.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Part">The part of the text that has it.</param>
/// <param name="Name">The variable, or empty.</param>
/// <param name="Message">The author's own words after <c>?</c>, or empty.</param>
internal sealed record TemplateProblem(TemplateProblemKind Kind, string Part, string Name, string Message);

/// <summary>Expands templates. Nested ones count a level each; the result is bounded.</summary>
internal sealed class TemplateExpansion(IReadOnlyDictionary<string, string> variables, Action<TemplateProblem> problem)
{
    private const int MaxLevels = 20;
    private const int MaxLength = 1024 * 1024;

    /// <summary>Whether any problem was an error.</summary>
    public bool Failed { get; private set; }

    /// <summary>The text with its variables replaced. Text that came from a variable is not looked at again.</summary>
    public string Expand(string template, int level = 0)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Length && !Failed; i++)
        {
            if (template[i] != '$' || i + 1 == template.Length)
            {
                text.Append(template[i]);
            }
            else if (template[i + 1] == '$')
            {
                text.Append('$');
                i++;
            }
            else if (template[i + 1] == '{')
            {
                i = Braced(template, i, text, level);
            }
            else if (IsNameStart(template[i + 1]))
            {
                var end = NameEnd(template, i + 1);
                text.Append(ValueOrEmpty(template[(i + 1)..end], template[i..end]));
                i = end - 1;
            }
            else
            {
                text.Append('$');
            }

            if (text.Length > MaxLength)
            {
                Fail(TemplateProblemKind.Malformed, template);
            }
        }

        return text.ToString();
    }

    private int Braced(string template, int start, StringBuilder text, int level)
    {
        var close = Close(template, start + 2);
        var end = NameEnd(template, start + 2);
        if (close < 0 || end == start + 2 || level >= MaxLevels)
        {
            Fail(TemplateProblemKind.Malformed, close < 0 ? template[start..] : template[start..(close + 1)]);
            return template.Length;
        }

        var part = template[start..(close + 1)];
        var name = template[(start + 2)..end];
        if (end == close)
        {
            text.Append(ValueOrEmpty(name, part));
            return close;
        }

        var emptyCounts = template[end] == ':';
        var at = emptyCounts ? end + 1 : end;
        var operation = at < close ? template[at] : '\0';
        var argument = at < close ? template[(at + 1)..close] : "";
        var known = variables.TryGetValue(name, out var value) && !(emptyCounts && value.Length == 0);
        switch (operation)
        {
            case '-':
                text.Append(known ? value : Expand(argument, level + 1));
                break;
            case '+':
                text.Append(known ? Expand(argument, level + 1) : "");
                break;
            case '?' when known:
                text.Append(value);
                break;
            case '?':
                Fail(TemplateProblemKind.Required, part, name, Expand(argument, level + 1));
                break;
            default:
                Fail(TemplateProblemKind.Malformed, part);
                break;
        }

        return close;
    }

    // The brace that closes. Every brace counts, as Compose reads it, so that a default may be JSON: `${A:-{"b":1}}`.
    private static int Close(string template, int from)
    {
        var open = 1;
        for (var i = from; i < template.Length; i++)
        {
            if (template[i] == '{')
            {
                open++;
            }
            else if (template[i] == '}' && --open == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private string ValueOrEmpty(string name, string part)
    {
        if (variables.TryGetValue(name, out var value))
        {
            return value;
        }

        problem(new TemplateProblem(TemplateProblemKind.Unset, part, name, ""));
        return "";
    }

    private void Fail(TemplateProblemKind kind, string part, string name = "", string message = "")
    {
        if (!Failed)
        {
            Failed = true;
            problem(new TemplateProblem(kind, part, name, message));
        }
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static int NameEnd(string template, int start)
    {
        var end = start;
        while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_') && (end > start || IsNameStart(template[end])))
        {
            end++;
        }

        return end;
    }
}
