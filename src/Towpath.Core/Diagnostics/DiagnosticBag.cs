using System.Collections.Immutable;

namespace Towpath.Core.Diagnostics;

/// <summary>Collects the diagnostics of one reading, so that all problems are told at once. Not safe for several threads.</summary>
/// <param name="earlier">What an earlier reading of the same files told: where that has an error, another on the same line is most often its echo and is left out.</param>
public sealed class DiagnosticBag(DiagnosticBag? earlier = null)
{
    private const int LimitPerSeverity = 1000;
    private readonly Dictionary<Severity, int> _counts = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly HashSet<(string, string, string?)> _seen = [];
    private readonly HashSet<(string, int)> _wrongLines = earlier is null ? [] : [.. earlier.ErrorPlaces.Select(place => (place.File, place.Line))];
    private readonly Dictionary<(string File, int Line, int Column), Veil> _veils = [];

    /// <summary>Whether any error is among them.</summary>
    public bool HasErrors { get; private set; } = earlier is { HasErrors: true };

    /// <summary>The places of the errors that were kept.</summary>
    public IEnumerable<Location> ErrorPlaces => _diagnostics.Where(d => d is { Severity: Severity.Error, Location: not null }).Select(d => d.Location!);

    /// <summary>Further errors are counted but not kept: there is no use in looking for advice on them.</summary>
    public bool IsFull => _counts.GetValueOrDefault(Severity.Error) >= LimitPerSeverity;

    /// <summary>Hides a value that came from a variable: what is told of its place shows the template instead, whoever tells it.</summary>
    /// <param name="file">Its file, as locations show it.</param>
    /// <param name="line">Line of its first character, from 1.</param>
    /// <param name="column">Column of its first character, from 1.</param>
    /// <param name="value">The value.</param>
    /// <param name="template">What stands in the file.</param>
    public void Hide(string file, int line, int column, string value, string template)
    {
        if (value.Length > 0)
        {
            _veils[(file, line, column)] = new Veil(value, template);
        }
    }

    /// <summary>Adds one, unless the same was already said of the same place (an aliased node is read more than once) or a thousand of its severity are there.</summary>
    public void Add(Diagnostic diagnostic)
    {
        if (_veils.Count > 0 && diagnostic.Location is { } place && _veils.TryGetValue((place.File, place.Line, place.Column), out var veil))
        {
            diagnostic = veil.Over(diagnostic);
        }

        HasErrors |= diagnostic.Severity == Severity.Error;
        if (diagnostic is { Severity: Severity.Error, Location: { } at } && _wrongLines.Contains((at.File, at.Line)))
        {
            return;
        }

        var count = _counts.GetValueOrDefault(diagnostic.Severity);
        if (count < LimitPerSeverity && _seen.Add((diagnostic.Code, diagnostic.Headline, diagnostic.Location?.ToString())))
        {
            _diagnostics.Add(diagnostic);
            _counts[diagnostic.Severity] = count + 1;
        }
    }

    /// <summary>Adds all of another one.</summary>
    public void AddRange(DiagnosticBag later)
    {
        foreach (var diagnostic in later._diagnostics)
        {
            Add(diagnostic);
        }
    }

    /// <summary>In the order of files (as first met), lines and columns; those without a place come first.</summary>
    public ImmutableArray<Diagnostic> ToSorted()
    {
        var files = _diagnostics.Where(d => d.Location is not null).Select(d => d.Location!.File).Distinct(StringComparer.Ordinal).ToList();
        return
        [
            .. _diagnostics
                .OrderBy(d => d.Location is null ? -1 : files.IndexOf(d.Location.File))
                .ThenBy(d => d.Location?.Line ?? 0)
                .ThenBy(d => d.Location?.Column ?? 0)
                .ThenByDescending(d => d.Severity),
        ];
    }
}
