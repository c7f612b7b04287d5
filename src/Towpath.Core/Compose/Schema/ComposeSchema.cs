using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Schema;

/// <summary>Phase 9: which keys the specification knows, and what shape each value has.</summary>
internal static class ComposeSchema
{
    /// <summary>Tells of each unknown key and each value of a wrong shape.</summary>
    /// <param name="model">All files joined, short and long syntax mixed.</param>
    /// <param name="bag">Where problems go.</param>
    /// <param name="isInterpolated">Variables were replaced; otherwise a text with <c>$</c> may stand for anything.</param>
    public static void Check(YamlMapping model, DiagnosticBag bag, bool isInterpolated) =>
        new Walk(bag, isInterpolated).Visit(model, ComposeTables.Root, new Subject("a Compose file", model));

    // What a value is called, and where a mapping or list that should not be there is shown: at its key.
    private readonly record struct Subject(string Name, YamlNode Anchor, bool IsItem = false)
    {
        public string Words => IsItem ? $"an item of `{Name}`" : $"`{Name}`";

        public Location Place(YamlNode node) => (node is YamlScalar ? node : Anchor).Location;
    }

    private sealed class Walk(DiagnosticBag bag, bool isInterpolated)
    {
        public void Visit(YamlNode node, Shape shape, Subject subject)
        {
            switch (node)
            {
                case YamlScalar { IsBroken: true }:
                    break;
                case YamlScalar scalar:
                    VisitScalar(scalar, shape, subject);
                    break;
                case var _ when shape.Meaning == Meaning.Free:
                    break;
                case YamlSequence list when shape.Item is not null:
                    VisitList(list, shape, subject);
                    break;
                case YamlMapping mapping when shape.Table is not null:
                    VisitMapping(mapping, shape.Table);
                    break;
                case YamlMapping or YamlSequence when shape.Allowed == Kinds.Any:
                    bag.Add(SchemaDiagnostics.NotRead(subject.Place(node), subject.Words, "text"));
                    break;
                default:
                    WrongKind(node, shape, subject);
                    break;
            }
        }

        private void WrongKind(YamlNode node, Shape shape, Subject subject) =>
            bag.Add(SchemaDiagnostics.WrongKind(subject.Place(node), subject.Words, Describe(shape.Allowed), Describe(PlainValue.KindOf(node))));

        private void VisitScalar(YamlScalar scalar, Shape shape, Subject subject)
        {
            var kind = PlainValue.KindOf(scalar);
            if ((shape.Allowed & kind) == Kinds.None)
            {
                WrongKind(scalar, shape, subject);
            }
            else if (kind == Kinds.Text)
            {
                CheckText(scalar, shape, subject);
            }
            else if (kind is Kinds.Integer or Kinds.Fraction)
            {
                CheckRange(scalar, shape, subject);
            }
        }

        private void CheckText(YamlScalar scalar, Shape shape, Subject subject)
        {
            if (!isInterpolated && scalar.Value.Contains('$'))
            {
                return;
            }

            if (shape.Words is { } words)
            {
                if (!words.Contains(scalar.Value))
                {
                    bag.Add(ValueDiagnostics.NotOneOf(scalar.Location, subject.Words, scalar.Shown, words));
                }
            }
            else if (shape.Matches is { } matches)
            {
                if (!matches(scalar.Value))
                {
                    bag.Add(SchemaDiagnostics.WrongForm(scalar.Location, subject.Words, shape.Form!));
                }
            }
            else if (shape.Meaning is not (Meaning.Text or Meaning.Free) && !ScalarValue.CanRead(scalar, shape))
            {
                bag.Add(shape.Meaning switch
                {
                    Meaning.Bytes => ValueDiagnostics.BadSize(scalar.Location, subject.Words, scalar.Shown),
                    Meaning.Duration => ValueDiagnostics.BadDuration(scalar.Location, subject.Words, scalar.Shown),
                    _ => SchemaDiagnostics.NotRead(scalar.Location, subject.Words, Expected(shape.Meaning)),
                });
            }
        }

        private void CheckRange(YamlScalar scalar, Shape shape, Subject subject)
        {
            if ((shape.Min != long.MinValue || shape.Max != long.MaxValue)
                && YamlTypes.TryInteger(scalar.Value, out var number)
                && (number < shape.Min || number > shape.Max))
            {
                bag.Add(SchemaDiagnostics.OutOfRange(scalar.Location, subject.Words, shape.Min, shape.Max));
            }
        }

        private void VisitList(YamlSequence list, Shape shape, Subject subject)
        {
            foreach (var item in list.Items)
            {
                Visit(item, shape.Item!, new Subject(subject.Name, item, IsItem: true));
            }

            if (shape.IsUnique)
            {
                CheckUnique(list, subject);
            }
        }

        private void CheckUnique(YamlSequence list, Subject subject)
        {
            if (list.Items.Length < 2)
            {
                return;
            }

            var seen = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
            foreach (var item in list.Items)
            {
                if (item is YamlScalar { IsBroken: false } scalar && !seen.TryAdd(scalar.Value, scalar))
                {
                    bag.Add(SchemaDiagnostics.ItemTwice(scalar.Location, subject.Name, seen[scalar.Value].Span.Line));
                }
            }
        }

        private void VisitMapping(YamlMapping mapping, Table table)
        {
            foreach (var entry in mapping.Entries)
            {
                VisitEntry(entry, mapping, table);
            }

            foreach (var key in table.Required)
            {
                if (mapping.Entry(key) is null)
                {
                    bag.Add(ValueDiagnostics.MissingKey(mapping.Location, table.Subject, $"`{key}`"));
                }
            }
        }

        private void VisitEntry(YamlEntry entry, YamlMapping mapping, Table table)
        {
            var name = entry.Name;
            if ((table.Find(name) ?? (table.Named is { } named && table.NameRule(name) ? named : null)) is { } shape)
            {
                Visit(entry.Value, shape, new Subject(name, entry.Key));
            }
            else if (!bag.IsFull && !table.IsOpen && !(table.IsExtensible && name.StartsWith("x-", StringComparison.Ordinal)))
            {
                bag.Add(table.Named is null
                    ? ValueDiagnostics.UnknownKey(entry.Key.Location, name, table.Subject, table.Keys.Keys.Where(key => mapping.Entry(key) is null))
                    : SchemaDiagnostics.BadResourceName(entry.Key.Location, name, table.Subject));
            }
        }
    }

    private static string Expected(Meaning meaning) => meaning switch
    {
        Meaning.Flag => "true or false",
        Meaning.Whole => "a whole number",
        Meaning.Fraction => "a number",
        Meaning.FileMode => "access rights as an octal number",
        Meaning.DeviceCount => "a number or all",
        Meaning.Bytes => "a size in bytes",
        Meaning.Duration => "a time with a unit",
        _ => "text",
    };

    private static string Describe(Kinds kinds)
    {
        var words = new List<string>();
        foreach (var (kind, word) in Words)
        {
            if ((kinds & kind) == kind)
            {
                words.Add(word);
                kinds &= ~kind;
            }
        }

        return words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words[..^1])} or {words[^1]}";
    }

    private static readonly (Kinds Kind, string Word)[] Words =
    [
        (Kinds.Text, "text"), (Kinds.Number, "a number"), (Kinds.Integer, "a whole number"), (Kinds.Fraction, "a number"), (Kinds.Boolean, "a boolean"),
        (Kinds.List, "a list"), (Kinds.Mapping, "a mapping"), (Kinds.Null, "nothing"),
    ];
}
