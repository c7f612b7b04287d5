using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>
/// Phase 3: <c>$NAME</c> and <c>${NAME...}</c> in values (not in keys) become text, and texts under keys that want a number or a boolean
/// become one. A value that came from a variable keeps its template, so that no message shows what may be a secret.
/// </summary>
internal static class Interpolation
{
    /// <summary>A tree with the same places whose values are interpolated. A shared (aliased) node is treated once.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="variables">Known variables.</param>
    /// <param name="bag">Receives what is wrong.</param>
    /// <param name="casts">Where texts become numbers and booleans; null for nowhere.</param>
    public static YamlNode Apply(YamlNode root, IReadOnlyDictionary<string, string> variables, DiagnosticBag bag, PathTable<ValueCast>? casts = null) =>
        new Walk(variables, bag).Visit(root, casts, "");

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
        private readonly Dictionary<(YamlNode, PathTable<ValueCast>?), YamlNode> _done = [];
        private long _expanded;
        private bool _isOver;

        public YamlNode Visit(YamlNode node, PathTable<ValueCast>? casts, string name)
        {
            if (node is YamlScalar scalar)
            {
                scalar = scalar.Value.Contains('$') ? Expanded(scalar) : scalar;
                return casts is null ? scalar : ValueCasts.Apply(scalar, casts.Value, name, bag);
            }

            if (_done.TryGetValue((node, casts), out var done))
            {
                return done;
            }

            return _done[(node, casts)] = node switch
            {
                YamlSequence list => VisitList(list, casts?.Items, name),
                YamlMapping map => VisitMapping(map, casts),
                _ => node,
            };
        }

        private YamlSequence VisitList(YamlSequence list, PathTable<ValueCast>? casts, string name)
        {
            ImmutableArray<YamlNode>.Builder? changed = null;
            for (var i = 0; i < list.Items.Length; i++)
            {
                var item = Visit(list.Items[i], casts, name);
                if (!ReferenceEquals(item, list.Items[i]))
                {
                    changed ??= list.Items.ToBuilder();
                    changed[i] = item;
                }
            }

            return changed is null ? list : list.With(changed.MoveToImmutable());
        }

        private YamlMapping VisitMapping(YamlMapping map, PathTable<ValueCast>? casts)
        {
            ImmutableArray<YamlEntry>.Builder? changed = null;
            for (var i = 0; i < map.Entries.Length; i++)
            {
                var entry = map.Entries[i];
                var value = Visit(entry.Value, casts?.Below(entry.Name), entry.Name);
                if (!ReferenceEquals(value, entry.Value))
                {
                    changed ??= map.Entries.ToBuilder();
                    changed[i] = entry.With(value);
                }
            }

            return changed is null ? map : map.With(changed.MoveToImmutable());
        }

        private YamlScalar Expanded(YamlScalar scalar)
        {
            var expansion = new TemplateExpansion(variables, problem => bag.Add(Describe(problem, scalar)));
            var text = _isOver ? null : expansion.Expand(scalar.Value);
            text = expansion.Failed ? null : text;
            _expanded += text?.Length ?? 0;
            if (_expanded > YamlText.MaxBytes && !_isOver)
            {
                _isOver = true;
                bag.Add(ComposeDiagnostics.FileTooLarge(scalar.Source.Path, _expanded, YamlText.MaxBytes));
            }

            if (expansion.HasValues && text is not null)
            {
                bag.Hide(scalar.Source.Path, scalar.Span.Line, scalar.Span.Column, text, scalar.Value);
            }

            // What comes from a template is text, also where it looks like a number, or is empty: `image: $MISSING` is a mistake to be told where it is read.
            return new YamlScalar(scalar.Source, scalar.Span, text ?? "", isPlain: false)
            {
                IsBroken = text is null,
                Template = expansion.HasValues ? scalar.Value : null,
                Mark = scalar.Mark,
            };
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
