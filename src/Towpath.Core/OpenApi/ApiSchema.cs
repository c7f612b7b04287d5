using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi;

/// <summary>
/// What a value may be. Schemas may lead back to themselves (a tree of categories): whoever walks them keeps count. They are filled after
/// they were made, because of that; a reader outside of this folder sees them finished.
/// </summary>
public sealed class ApiSchema(Location location)
{
    /// <summary>Name among the components, or null for one that stands where it is used.</summary>
    public string? Name { get; internal set; }

    /// <summary>Where it is described.</summary>
    public Location Location { get; } = location;

    /// <summary>Nothing fits it (<c>false</c> in place of a schema).</summary>
    public bool IsNever { get; internal set; }

    /// <summary>Types of JSON, <c>integer</c> and <c>null</c> among them; empty for any.</summary>
    public ImmutableSortedSet<string> Types { get; internal set; } = [];

    /// <summary><c>format</c>, or null.</summary>
    public string? Format { get; internal set; }

    /// <summary>The only values, for <c>enum</c> and <c>const</c>; empty for any.</summary>
    public ImmutableArray<JsonElement> Values { get; internal set; } = [];

    /// <summary>Properties of an object.</summary>
    public ImmutableSortedDictionary<string, ApiSchema> Properties { get; internal set; } = ImmutableSortedDictionary<string, ApiSchema>.Empty;

    /// <summary>Properties that must be there.</summary>
    public ImmutableSortedSet<string> Required { get; internal set; } = [];

    /// <summary>What other properties are; null for anything.</summary>
    public ApiSchema? Additional { get; internal set; }

    /// <summary>Items of a list; null for anything.</summary>
    public ApiSchema? Items { get; internal set; }

    /// <summary>All of these fit.</summary>
    public ImmutableArray<ApiSchema> AllOf { get; internal set; } = [];

    /// <summary>Exactly one of these fits.</summary>
    public ImmutableArray<ApiSchema> OneOf { get; internal set; } = [];

    /// <summary>At least one of these fits.</summary>
    public ImmutableArray<ApiSchema> AnyOf { get; internal set; } = [];

    /// <summary>Bounds of numbers, lengths and counts by keyword, such as <c>minimum</c>; only those that are set.</summary>
    public ImmutableSortedDictionary<string, decimal> Bounds { get; internal set; } = ImmutableSortedDictionary<string, decimal>.Empty;

    /// <summary>Regular expression that texts match, or null.</summary>
    public string? Pattern { get; internal set; }

    /// <summary>Sent by the server only.</summary>
    public bool ReadOnly { get; internal set; }

    /// <summary>Sent by clients only.</summary>
    public bool WriteOnly { get; internal set; }

    /// <summary>Title and description, for the comparison of two versions.</summary>
    public string Words { get; internal set; } = "";

    /// <summary>A value that fits, or null.</summary>
    public JsonElement? Example { get; internal set; }

    /// <summary>The value that is taken where none is given, or null.</summary>
    public JsonElement? Default { get; internal set; }
}
