using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Differences;

/// <summary>One step into an object: a key of a mapping, or an item of a list, by what tells it from the others or by its number.</summary>
/// <param name="Key">The key; of an item the key in it that tells items apart, null where it has none.</param>
/// <param name="Item">Of an item the value of that key, or its number; null for a key of a mapping.</param>
public readonly record struct FieldStep(string? Key, string? Item)
{
    /// <summary>It leads to an item of a list.</summary>
    public bool IsItem => Item is not null;
}

/// <summary>The place of a field in an object, as <c>spec.template.spec.containers[api].image</c>.</summary>
/// <param name="Steps">From the object's root.</param>
public readonly record struct FieldPath(ImmutableArray<FieldStep> Steps)
{
    /// <summary>The object as a whole.</summary>
    public static FieldPath Root { get; } = new([]);

    /// <summary>One key further.</summary>
    public FieldPath At(string key) => new(Steps.Add(new FieldStep(key, null)));

    /// <summary>The item whose key has a value.</summary>
    public FieldPath Item(string key, JsonNode? value) => new(Steps.Add(new FieldStep(key, value?.ToString() ?? "")));

    /// <summary>The item of a number.</summary>
    public FieldPath Item(int number) => new(Steps.Add(new FieldStep(null, number.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Whether it begins with some keys.</summary>
    public bool IsBelow(params ReadOnlySpan<string> keys)
    {
        if (Steps.Length < keys.Length)
        {
            return false;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            if (Steps[i] != new FieldStep(keys[i], null))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            if (step.IsItem)
            {
                text.Append('[').Append(step.Item).Append(']');
            }
            else
            {
                // A key with dots would read as several.
                var key = step.Key!.AsSpan().ContainsAny(".[]\" ") ? $"\"{step.Key}\"" : step.Key;
                text.Append(text.Length == 0 ? "" : ".").Append(key);
            }
        }

        return text.ToString();
    }
}
