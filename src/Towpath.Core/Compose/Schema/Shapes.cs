using System.Collections.Frozen;

namespace Towpath.Core.Compose.Schema;

/// <summary>The shapes that keys of the specification share.</summary>
internal static class Shapes
{
    /// <summary>Text only.</summary>
    public static Shape Text { get; } = new(Kinds.Text);

    /// <summary>Text or a number, as text.</summary>
    public static Shape TextOrNumber { get; } = new(Kinds.Text | Kinds.Number);

    /// <summary>Text or a boolean, as text.</summary>
    public static Shape TextOrBoolean { get; } = new(Kinds.Text | Kinds.Boolean);

    /// <summary>A boolean, or text that stands for one.</summary>
    public static Shape Flag { get; } = new(Kinds.Boolean | Kinds.Text, Meaning.Flag);

    /// <summary>A boolean without quotes.</summary>
    public static Shape StrictFlag { get; } = new(Kinds.Boolean, Meaning.Flag);

    /// <summary>A whole number, or text that stands for one.</summary>
    public static Shape Whole { get; } = new(Kinds.Integer | Kinds.Text, Meaning.Whole);

    /// <summary>A number without a fraction in the end, or text that stands for one.</summary>
    public static Shape Number { get; } = new(Kinds.Number | Kinds.Text, Meaning.Whole);

    /// <summary>A number, or text that stands for one.</summary>
    public static Shape Fraction { get; } = new(Kinds.Number | Kinds.Text, Meaning.Fraction);

    /// <summary>A size in bytes.</summary>
    public static Shape Bytes { get; } = new(Kinds.Number | Kinds.Text, Meaning.Bytes);

    /// <summary>A size in bytes whose number has no fraction.</summary>
    public static Shape WholeBytes { get; } = new(Kinds.Integer | Kinds.Text, Meaning.Bytes);

    /// <summary>A time with units.</summary>
    public static Shape Duration { get; } = new(Kinds.Text, Meaning.Duration);

    /// <summary>A time with units, written even where it is zero.</summary>
    public static Shape KeptDuration { get; } = Duration with { IsKept = true };

    /// <summary>Anything, written as it is.</summary>
    public static Shape Free { get; } = new(Kinds.Any, Meaning.Free) { WhenNull = NullForm.Null };

    /// <summary>Texts, each as often as the user likes.</summary>
    public static Shape Texts { get; } = ListOf(Text);

    /// <summary>Texts that must differ.</summary>
    public static Shape UniqueTexts { get; } = ListOf(Text, isUnique: true);

    /// <summary>One text or several.</summary>
    public static Shape TextOrTexts { get; } = Text.Or(Texts);

    /// <summary>One text or several that must differ.</summary>
    public static Shape TextOrUniqueTexts { get; } = Text.Or(UniqueTexts);

    /// <summary>A command line: nothing, a text that a shell would split, or its words.</summary>
    public static Shape Command { get; } = Text.Or(Texts).Or(Kinds.Null) with { IsKept = true, WhenNull = NullForm.Null, WhenMissing = Kinds.Null };

    /// <summary>Keys and values of a driver, of which the last word is the driver's.</summary>
    public static Shape Options { get; } = MapOf("driver options", TextOrNumber);

    /// <summary>Keys and values as a mapping, or as texts with <c>=</c>.</summary>
    public static Shape Pairs { get; } = Texts.Or(PairMap(NullForm.EmptyText));

    /// <summary>The same, where two equal texts are an error.</summary>
    public static Shape UniquePairs { get; } = UniqueTexts.Or(PairMap(NullForm.EmptyText));

    /// <summary>Variables: a value that is not given comes from elsewhere, so its absence is kept.</summary>
    public static Shape Variables { get; } = Texts.Or(PairMap(NullForm.Null));

    /// <summary>The same in a hook, where equal texts are an error.</summary>
    public static Shape UniqueVariables { get; } = UniqueTexts.Or(PairMap(NullForm.Null));

    /// <summary>Keys of an SSH agent, each with a path or without.</summary>
    public static Shape Keys { get; } = UniqueVariables with { Form = "NAME or NAME=PATH" };

    /// <summary>Names of hosts and their addresses.</summary>
    public static Shape Hosts { get; } = UniqueTexts.Or(MapOf("extra_hosts", Text.Or(Texts)));

    /// <summary>A list.</summary>
    public static Shape ListOf(Shape item, bool isUnique = false) => new(Kinds.List) { Item = item, IsUnique = isUnique };

    /// <summary>A mapping of the specification's own keys.</summary>
    public static Shape Map(Table table) => new(Kinds.Mapping) { Table = table };

    /// <summary>A mapping of keys that the user names.</summary>
    public static Shape MapOf(string subject, Shape value) => Map(new Table(subject) { Named = value, IsExtensible = false });

    /// <summary>One of some words.</summary>
    public static Shape OneOf(params string[] words) => Text with { Words = words.ToFrozenSet(StringComparer.Ordinal) };

    /// <summary>Whether a name is one that resources may have: letters, digits, dots, hyphens and underscores.</summary>
    public static bool IsResourceName(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return name.Length > 0;
    }

    private static Shape PairMap(NullForm whenNull) => Map(new Table("keys and values")
    {
        Named = new Shape(Kinds.Scalar | Kinds.Null) { IsKept = true, WhenNull = whenNull },
        NameRule = static name => name.Length > 0,
        IsExtensible = false,
    });
}
