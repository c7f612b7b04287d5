using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Towpath.Core.Compose.Printing;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts.Helm;

/// <summary>
/// Writes the template of one object. What differs between environments beyond the values stands in conditions on <c>.Values.environment</c>; all else is
/// as in the object. Of the language of templates it uses <c>if</c> and <c>end</c>, <c>has</c>, <c>list</c>, <c>index</c>, <c>printf</c>, <c>quote</c>, <c>int</c>,
/// <c>toYaml</c> and <c>nindent</c>.
/// </summary>
/// <param name="environments">All environments of the chart.</param>
internal sealed class HelmTemplate(ImmutableArray<string> environments)
{
    private const int Step = 2;
    private readonly StringBuilder _text = new();

    /// <summary>The template of an object.</summary>
    /// <param name="variants">What it is in each environment that has it.</param>
    /// <param name="condition">What must hold beside that; null for nothing.</param>
    public string Write(ImmutableArray<(string Environment, ManifestNode Node)> variants, string? condition)
    {
        _text.Clear();
        Guarded(condition, () => Guarded(Only(variants, environments.Length), () => WriteMap(0, variants)));
        return _text.ToString();
    }

    private void WriteMap(int indent, ImmutableArray<(string Environment, ManifestNode Node)> variants)
    {
        foreach (var key in variants.SelectMany(v => ((ManifestMap)v.Node).Select(e => e.Key)).Distinct(StringComparer.Ordinal))
        {
            var found = variants.Select(v => (v.Environment, Node: ((ManifestMap)v.Node)[key]!)).Where(v => v.Node is not null).ToImmutableArray();
            Guarded(ByValue(key, found) ?? Only(found, variants.Length), () => WriteEntry(indent, key, found));
        }
    }

    private void WriteEntry(int indent, string key, ImmutableArray<(string Environment, ManifestNode Node)> variants)
    {
        if (AreSame(variants))
        {
            _text.Append(' ', indent);
            WriteText(key, null);
            _text.Append(':');
            WriteValue(indent, variants[0].Node);
        }
        else if (variants.All(v => v.Node is ManifestMap { Count: > 0 }))
        {
            _text.Append(' ', indent);
            WriteText(key, null);
            _text.Append(":\n");
            WriteMap(indent + Step, variants);
        }
        else if (AreListsOfOneLength(variants))
        {
            _text.Append(' ', indent);
            WriteText(key, null);
            _text.Append(":\n");
            WriteItems(indent + Step, variants);
        }
        else
        {
            foreach (var group in Groups(variants))
            {
                Guarded(Only(group, variants.Length), () => WriteEntry(indent, key, group));
            }
        }
    }

    private void WriteItems(int indent, ImmutableArray<(string Environment, ManifestNode Node)> variants)
    {
        for (var i = 0; i < ((ManifestList)variants[0].Node).Count; i++)
        {
            var index = i;
            WriteItem(indent, [.. variants.Select(v => (v.Environment, ((ManifestList)v.Node)[index]))]);
        }
    }

    private void WriteItem(int indent, ImmutableArray<(string Environment, ManifestNode Node)> variants)
    {
        if (variants.All(v => v.Node is ManifestMap { Count: > 0 }))
        {
            var start = _text.Length;
            WriteMap(indent + Step, variants);
            Dash(start, indent);
        }
        else if (AreSame(variants))
        {
            _text.Append(' ', indent).Append('-');
            WriteValue(indent, variants[0].Node);
        }
        else
        {
            foreach (var group in Groups(variants))
            {
                Guarded(Only(group, variants.Length), () => WriteItem(indent, group));
            }
        }
    }

    // The first line of a mapping begins on the line of the dash, but for one that is there under a condition.
    private void Dash(int start, int indent)
    {
        if (_text[start] == '{')
        {
            _text.Insert(start, new string(' ', indent) + "-\n");
        }
        else
        {
            _text[start + indent] = '-';
        }
    }

    private void WriteValue(int indent, ManifestNode node)
    {
        switch (node)
        {
            case HelmReference { Form: HelmForm.Tree } tree:
                _text.Append(CultureInfo.InvariantCulture, $"\n{{{{- toYaml ({tree.Expression}) | nindent {indent + Step} }}}}\n");
                break;
            case HelmReference reference:
                _text.Append(' ').Append(Action(reference)).Append('\n');
                break;
            case ManifestMap { Count: > 0 }:
                _text.Append('\n');
                WriteMap(indent + Step, [("", node)]);
                break;
            case ManifestList { Count: > 0 }:
                _text.Append('\n');
                WriteItems(indent + Step, [("", node)]);
                break;
            case ManifestValue { Kind: ManifestValueKind.Text } value:
                _text.Append(' ');
                // Empty lines at the end of a block would be lost where a condition follows, which takes away the space before it.
                WriteText(value.Text, value.Text.EndsWith("\n\n", StringComparison.Ordinal) ? null : indent + Step);
                EndLine();
                break;
            default:
                _text.Append(' ').Append(node is ManifestValue plain ? plain.Text : node is ManifestMap ? "{}" : "[]").Append('\n');
                break;
        }
    }

    private static string Action(HelmReference reference) => reference switch
    {
        { Form: HelmForm.Number } => $"{{{{ {reference.Expression} | int }}}}",
        { Frame: { } frame } => $"{{{{ printf {Literal(frame)} {reference.Expression} | quote }}}}",
        _ => $"{{{{ {reference.Expression} | quote }}}}",
    };

    private static string Literal(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    // Text that looks like the language of templates is written so that it comes out as it is.
    private void WriteText(string text, int? indent)
    {
        var start = _text.Length;
        YamlQuoting.Write(_text, text, indent);
        if (_text.ToString(start, _text.Length - start) is var written && written.Contains("{{", StringComparison.Ordinal))
        {
            _text.Length = start;
            _text.Append(written.Replace("{{", "{{ \"{{\" }}", StringComparison.Ordinal));
        }
    }

    private void EndLine()
    {
        if (_text[^1] != '\n')
        {
            _text.Append('\n');
        }
    }

    private void Guarded(string? condition, Action write)
    {
        if (condition is null)
        {
            write();
            return;
        }

        _text.Append(CultureInfo.InvariantCulture, $"{{{{- if {condition} }}}}\n");
        write();
        _text.Append("{{- end }}\n");
    }

    private static string? Only(ImmutableArray<(string Environment, ManifestNode Node)> variants, int all) =>
        variants.Length == all ? null : $"has .Values.environment (list {string.Join(' ', variants.Select(v => $"\"{v.Environment}\""))})";

    /// <summary>What is left out when its value is empty: the host name, and everything about TLS.</summary>
    private static string? ByValue(string key, ImmutableArray<(string Environment, ManifestNode Node)> variants) =>
        variants.All(v => IsOnly(v.Node, ".Values.host")) ? ".Values.host"
        : variants.All(v => IsOnly(v.Node, ".Values.tls.issuer")) ? ".Values.tls.issuer"
        : key == "tls" && variants.All(v => v.Node is ManifestList { Count: 1 } list && IsOnly(list[0].At("secretName"), ".Values.tls.secret")) ? ".Values.tls.secret"
        : null;

    private static bool IsOnly(ManifestNode? node, string expression) =>
        node is HelmReference reference ? reference.Expression == expression : node is ManifestList { Count: 1 } list && IsOnly(list[0], expression);

    private static bool AreSame(ImmutableArray<(string Environment, ManifestNode Node)> variants) =>
        variants.Skip(1).All(v => ManifestEdits.IsSame(v.Node, variants[0].Node));

    private static bool AreListsOfOneLength(ImmutableArray<(string Environment, ManifestNode Node)> variants) =>
        variants[0].Node is ManifestList { Count: > 0 } first && variants.All(v => v.Node is ManifestList list && list.Count == first.Count);

    private static List<ImmutableArray<(string Environment, ManifestNode Node)>> Groups(ImmutableArray<(string Environment, ManifestNode Node)> variants)
    {
        var groups = new List<ImmutableArray<(string Environment, ManifestNode Node)>>();
        foreach (var variant in variants)
        {
            var found = groups.FindIndex(g => ManifestEdits.IsSame(g[0].Node, variant.Node));
            if (found < 0)
            {
                groups.Add([variant]);
            }
            else
            {
                groups[found] = groups[found].Add(variant);
            }
        }

        return groups;
    }
}
