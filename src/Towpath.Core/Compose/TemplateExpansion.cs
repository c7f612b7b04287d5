using System.Text;

namespace Towpath.Core.Compose;

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
/// <param name="Message">The author's own words after <c>?</c> as they stand in the file, or empty.</param>
internal sealed record TemplateProblem(TemplateProblemKind Kind, string Part, string Name, string Message);

/// <summary>Expands templates. Nested ones count a level each; the result is bounded.</summary>
internal sealed class TemplateExpansion(IReadOnlyDictionary<string, string> variables, Action<TemplateProblem> problem)
{
    private const int MaxLevels = 20;
    private const int MaxLength = 1024 * 1024;
    private bool _isUnused;

    /// <summary>Whether any problem was an error.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether the text holds the value of a variable.</summary>
    public bool HasValues { get; private set; }

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
        var close = Close(template, start + 1);
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
                var instead = Argument(argument, level, isUnused: known);
                text.Append(known ? Value(value!) : instead);
                break;
            case '+':
                text.Append(known ? Expand(argument, level + 1) : "");
                break;
            case '?' when known:
                text.Append(Value(value!));
                break;
            case '?':
                Fail(TemplateProblemKind.Required, part, name, argument);
                break;
            default:
                Fail(TemplateProblemKind.Malformed, part);
                break;
        }

        return close;
    }

    // A default is read also where it is not used, as Compose does, so that a mistake in it shows before it is needed; its variables may be missing.
    private string Argument(string argument, int level, bool isUnused)
    {
        var (before, values) = (_isUnused, HasValues);
        _isUnused |= isUnused;
        var text = Expand(argument, level + 1);
        (_isUnused, HasValues) = (before, isUnused ? values : HasValues);
        return text;
    }

    /// <summary>
    /// The brace that closes the one at an index, on the same line. Every brace counts, as Compose reads it, so that a default may be
    /// JSON: <c>${A:-{"b":1}}</c>. Where they don't balance, the last one of the line closes.
    /// </summary>
    private static int Close(string template, int open)
    {
        var line = template.IndexOf('\n', open) is var end && end < 0 ? template.Length : end;
        var level = 0;
        for (var i = open; i < line; i++)
        {
            if (template[i] == '{')
            {
                level++;
            }
            else if (template[i] == '}' && --level == 0)
            {
                return i;
            }
        }

        return template.LastIndexOf('}', line - 1, line - open);
    }

    private string ValueOrEmpty(string name, string part)
    {
        if (variables.TryGetValue(name, out var value))
        {
            return Value(value);
        }

        if (!_isUnused)
        {
            problem(new TemplateProblem(TemplateProblemKind.Unset, part, name, ""));
        }

        return "";
    }

    private string Value(string value)
    {
        HasValues = true;
        return value;
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
