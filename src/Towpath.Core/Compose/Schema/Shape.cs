using System.Collections.Frozen;

namespace Towpath.Core.Compose.Schema;

/// <summary>What one value of a Compose file may be: the kinds of node, and what each of them holds.</summary>
internal sealed record Shape(Kinds Allowed, Meaning Meaning = Meaning.Text)
{
    /// <summary>What the items of a list may be.</summary>
    public Shape? Item { get; init; }

    /// <summary>The items of a list must differ.</summary>
    public bool IsUnique { get; init; }

    /// <summary>The keys of a mapping.</summary>
    public Table? Table { get; init; }

    /// <summary>The only texts allowed.</summary>
    public FrozenSet<string>? Words { get; init; }

    /// <summary>What a text must look like, in words.</summary>
    public string? Form { get; init; }

    /// <summary>Whether a text looks like <see cref="Form"/>.</summary>
    public Predicate<string>? Matches { get; init; }

    /// <summary>Smallest number.</summary>
    public long Min { get; init; } = long.MinValue;

    /// <summary>Largest number.</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>Written even where it is <c>false</c>, zero or empty: its absence would mean something else.</summary>
    public bool IsKept { get; init; }

    /// <summary>Left out where it is true, which is what its absence means.</summary>
    public bool IsOptOut { get; init; }

    /// <summary>How it is written where it is there and says nothing.</summary>
    public NullForm WhenNull { get; init; }

    /// <summary>Written where it is missing: as <c>null</c>, <c>{}</c> or what else the canonical form always says.</summary>
    public Kinds WhenMissing { get; init; }

    /// <summary>Its name in JSON, where that differs from the one in YAML.</summary>
    public string? JsonName { get; init; }

    /// <summary>The JSON of the reference implementation does not have it.</summary>
    public bool IsYamlOnly { get; init; }

    /// <summary>The same, or also another kind of node.</summary>
    public Shape Or(Kinds kinds) => this with { Allowed = Allowed | kinds };

    /// <summary>A shape for each kind: this for single values, the others for lists and mappings.</summary>
    public Shape Or(Shape other) => this with
    {
        Allowed = Allowed | other.Allowed,
        Item = other.Item ?? Item,
        IsUnique = IsUnique || other.IsUnique,
        Table = other.Table ?? Table,
    };
}
