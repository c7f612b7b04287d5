using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>
/// Phase 7: one tree over another. Every value keeps the place that it came from. Marks of the later tree do their work and stay, so
/// that a service that extended another can still override that of an earlier file; <see cref="Marks.Strip(YamlMapping)"/> takes them out.
/// </summary>
internal sealed class Merge(DiagnosticBag bag)
{
    /// <summary>Most entries that all merges together may write: services that extend each other in a chain could grow without end.</summary>
    private const int MaxWritten = 4_000_000;

    private int _written;

    /// <summary>A Compose file over what was read before it.</summary>
    public YamlMapping Files(YamlMapping earlier, YamlMapping later) => Mappings(earlier, later, MergeRules.Places);

    /// <summary>One resource over another of the same section, such as <c>services</c>.</summary>
    public YamlNode Resources(string section, YamlNode earlier, YamlNode later) => Values(earlier, later, MergeRules.Places.Below(section)?.Below("*"));

    private YamlNode Values(YamlNode earlier, YamlNode later, PathTable<MergeRule>? places)
    {
        if (later.Mark != YamlMark.None)
        {
            return later;
        }

        switch (places?.Value ?? MergeRule.Join)
        {
            case MergeRule.Replace:
                return later;
            case MergeRule.Join:
                return Join(earlier, later, places);
            default:
                return later.IsNull ? earlier : earlier.IsNull ? later : Special(earlier, later, places!);
        }
    }

    private YamlNode Join(YamlNode earlier, YamlNode later, PathTable<MergeRule>? places)
    {
        if (later.IsNull || later is YamlScalar { IsBroken: true })
        {
            return earlier;
        }

        switch (earlier, later)
        {
            case (YamlMapping one, YamlMapping other):
                return Mappings(one, other, places);
            case (YamlSequence one, YamlSequence other):
                return Lists(other, one.Items, other.Items);
            case (YamlScalar, _):
                return later;
            default:
                bag.Add(CompositionDiagnostics.CannotMerge(later.Location, later.Kind, earlier.Kind, earlier.Location));
                return earlier;
        }
    }

    private YamlNode Special(YamlNode earlier, YamlNode later, PathTable<MergeRule> places)
    {
        switch (places.Value)
        {
            case MergeRule.Lists:
                return ListForm.Of(earlier) is { } first && ListForm.Of(later) is { } second
                    ? Lists(later, Kept(first, later), second)
                    : later;
            case MergeRule.NewItems:
                return ListForm.Of(earlier) is { } known && ListForm.Of(later) is { } more
                    ? Lists(later, Kept(known, later), [.. more.Where(item => !known.Any(k => MergeText.Equal(k, item)))])
                    : later;
            case MergeRule.Names:
                return Forms(earlier, later, places, MappingForm.OfNames);
            case MergeRule.Dependencies:
                return Forms(earlier, later, places, MappingForm.OfDependencies);
            case MergeRule.Build:
                return Forms(earlier, later, places, MappingForm.OfBuild);
            case MergeRule.SameDriver:
                return earlier is YamlMapping one && later is YamlMapping other && HaveSameDriver(one, other) ? Mappings(one, other, places) : later;
            default:
                return Subnets(earlier, later);
        }
    }

    private YamlNode Forms(YamlNode earlier, YamlNode later, PathTable<MergeRule> places, Func<YamlNode, YamlMapping?> form) =>
        form(earlier) is { } one && form(later) is { } other ? Mappings(one, other, places) : later;

    private YamlMapping Mappings(YamlMapping earlier, YamlMapping later, PathTable<MergeRule>? places)
    {
        if (later.Entries.IsEmpty || IsOver(earlier.Entries.Length + later.Entries.Length, later))
        {
            return earlier;
        }

        var merged = ImmutableArray.CreateBuilder<YamlEntry>(earlier.Entries.Length + later.Entries.Length);
        foreach (var entry in earlier.Entries)
        {
            var over = later.Entry(entry.Name);
            merged.Add(over is null ? entry : Entry(entry, over, places));
        }

        foreach (var entry in later.Entries)
        {
            if (earlier.Entry(entry.Name) is null)
            {
                merged.Add(entry);
            }
        }

        return new YamlMapping(later.Source, later.Span, merged.ToImmutable()) { Mark = later.Mark };
    }

    private YamlEntry Entry(YamlEntry earlier, YamlEntry later, PathTable<MergeRule>? places)
    {
        var value = Values(earlier.Value, later.Value, places?.Below(later.Name));
        return ReferenceEquals(value, earlier.Value) ? earlier : new YamlEntry(later.Key, value);
    }

    private YamlSequence Lists(YamlNode place, ImmutableArray<YamlNode> earlier, ImmutableArray<YamlNode> later) =>
        new(place.Source, place.Span, IsOver(earlier.Length + later.Length, place) ? later : [.. earlier, .. later]);

    // What a mapping resets by name goes from the list too.
    private static ImmutableArray<YamlNode> Kept(ImmutableArray<YamlNode> earlier, YamlNode later)
    {
        var marked = (later as YamlMapping)?.Entries.Where(e => e.Value.Mark != YamlMark.None).Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        return marked is { Count: > 0 } ? [.. earlier.Where(item => item is not YamlScalar scalar || !marked.Contains(MergeText.NameOf(scalar.Value)))] : earlier;
    }

    private static bool HaveSameDriver(YamlMapping one, YamlMapping other) =>
        one.Entry("driver") is not { } first || other.Entry("driver") is not { } second || MergeText.Equal(first.Value, second.Value);

    private YamlNode Subnets(YamlNode earlier, YamlNode later)
    {
        if (earlier is not YamlSequence one || later is not YamlSequence other || other.Items.IsEmpty)
        {
            return Join(earlier, later, null);
        }

        var merged = new List<YamlNode>(one.Items);
        foreach (var item in other.Items)
        {
            var same = merged.FindIndex(m => m is YamlMapping a && item is YamlMapping b && MergeText.Equal(a.Get("subnet"), b.Get("subnet")));
            if (same < 0)
            {
                merged.Add(item);
            }
            else
            {
                merged[same] = Mappings((YamlMapping)merged[same], (YamlMapping)item, null);
            }
        }

        return Lists(later, [], [.. merged]);
    }

    private bool IsOver(int entries, YamlNode place)
    {
        var wasOver = _written > MaxWritten;
        _written = wasOver ? _written : _written + entries;
        if (!wasOver && _written > MaxWritten)
        {
            bag.Add(CompositionDiagnostics.TooMuchMerged(place.Location, MaxWritten));
        }

        return _written > MaxWritten;
    }
}
