using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>One step from an object to another, as in RFC 6902.</summary>
/// <param name="Operation"><c>add</c>, <c>remove</c> or <c>replace</c>.</param>
/// <param name="Path">Where, as in RFC 6901.</param>
/// <param name="Value">What is added or put in the place; null for <c>remove</c>.</param>
internal sealed record PatchStep(string Operation, string Path, ManifestNode? Value)
{
    /// <summary>As a patch has it.</summary>
    public ManifestMap ToManifest() => new() { { "op", Operation }, { "path", Path }, { "value", Value } };
}

/// <summary>The exact steps from one part of an object to another.</summary>
internal static class ManifestDifference
{
    /// <summary>The steps, to be taken in order; none where both say the same.</summary>
    public static ImmutableArray<PatchStep> Between(ManifestNode from, ManifestNode to)
    {
        var steps = ImmutableArray.CreateBuilder<PatchStep>();
        Add(steps, "", from, to);
        return steps.ToImmutable();
    }

    private static void Add(ImmutableArray<PatchStep>.Builder steps, string path, ManifestNode from, ManifestNode to)
    {
        if (ManifestEdits.IsSame(from, to))
        {
            return;
        }

        switch (from, to)
        {
            case (ManifestMap before, ManifestMap after):
                AddMap(steps, path, before, after);
                break;
            case (ManifestList before, ManifestList after):
                AddList(steps, path, before, after);
                break;
            default:
                steps.Add(new PatchStep("replace", path, to));
                break;
        }
    }

    private static void AddMap(ImmutableArray<PatchStep>.Builder steps, string path, ManifestMap before, ManifestMap after)
    {
        foreach (var (key, value) in before)
        {
            var place = $"{path}/{Escaped(key)}";
            if (after[key] is { } other)
            {
                Add(steps, place, value, other);
            }
            else
            {
                steps.Add(new PatchStep("remove", place, null));
            }
        }

        foreach (var (key, value) in after.Where(e => before[e.Key] is null))
        {
            steps.Add(new PatchStep("add", $"{path}/{Escaped(key)}", value));
        }
    }

    // What is alike at both ends stays; of what is between, items are compared by their places, and the rest is added or goes, the last first.
    private static void AddList(ImmutableArray<PatchStep>.Builder steps, string path, ManifestList before, ManifestList after)
    {
        var shorter = Math.Min(before.Count, after.Count);
        var head = 0;
        while (head < shorter && ManifestEdits.IsSame(before[head], after[head]))
        {
            head++;
        }

        var tail = 0;
        while (tail < shorter - head && ManifestEdits.IsSame(before[before.Count - 1 - tail], after[after.Count - 1 - tail]))
        {
            tail++;
        }

        var both = shorter - head - tail;
        for (var i = head; i < head + both; i++)
        {
            Add(steps, Item(path, i), before[i], after[i]);
        }

        for (var i = before.Count - tail - 1; i >= head + both; i--)
        {
            steps.Add(new PatchStep("remove", Item(path, i), null));
        }

        for (var i = head + both; i < after.Count - tail; i++)
        {
            steps.Add(new PatchStep("add", Item(path, i), after[i]));
        }
    }

    private static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");

    private static string Escaped(string key) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
