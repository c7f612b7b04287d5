using System.Collections.Immutable;

namespace Towpath.Core.OpenApi.Changes;

/// <summary>Makes one schema of one that is composed with <c>allOf</c>, so that moving a property into a part is no change.</summary>
internal sealed class SchemaMerge
{
    private const int MaxDepth = 20;
    private readonly Dictionary<ApiSchema, ApiSchema> _whole = [];

    /// <summary>The schema with its parts in it; itself where it has none.</summary>
    public ApiSchema Whole(ApiSchema schema) => Whole(schema, 0);

    private ApiSchema Whole(ApiSchema schema, int depth)
    {
        if (schema.AllOf.IsEmpty || depth >= MaxDepth)
            return schema;
        if (_whole.TryGetValue(schema, out var known))
            return known;

        var whole = new ApiSchema(schema.Location) { Name = schema.Name };
        // Before its parts are looked at: one of them may be itself.
        _whole[schema] = whole;
        Take(whole, schema);
        foreach (var part in schema.AllOf)
            Take(whole, Whole(part, depth + 1));
        return whole;
    }

    private static void Take(ApiSchema whole, ApiSchema part)
    {
        if (ReferenceEquals(whole, part))
            return;
        whole.IsNever |= part.IsNever;
        whole.Types = whole.Types.IsEmpty ? part.Types : part.Types.IsEmpty ? whole.Types : Common(whole.Types, part.Types);
        whole.Format ??= part.Format;
        whole.Values = whole.Values.IsEmpty ? part.Values : whole.Values;
        whole.Required = whole.Required.Union(part.Required);
        whole.Items ??= part.Items;
        whole.Additional ??= part.Additional;
        whole.OneOf = whole.OneOf.AddRange(part.OneOf);
        whole.AnyOf = whole.AnyOf.AddRange(part.AnyOf);
        whole.Pattern ??= part.Pattern;
        whole.ReadOnly |= part.ReadOnly;
        whole.WriteOnly |= part.WriteOnly;
        whole.Words = whole.Words.Length == 0 ? part.Words : whole.Words;
        whole.Bounds = part.Bounds.SetItems(whole.Bounds);
        foreach (var (name, schema) in part.Properties)
            whole.Properties = whole.Properties.SetItem(name, whole.Properties.TryGetValue(name, out var other) && other != schema ? Both(other, schema) : schema);
    }

    private static ApiSchema Both(ApiSchema one, ApiSchema other) => new(one.Location) { AllOf = [one, other] };

    private static ImmutableSortedSet<string> Common(ImmutableSortedSet<string> one, ImmutableSortedSet<string> other)
    {
        var common = one.Intersect(other);
        // A whole number is a number.
        return one.Contains("integer") && other.Contains("number") || other.Contains("integer") && one.Contains("number") ? common.Add("integer") : common;
    }
}
