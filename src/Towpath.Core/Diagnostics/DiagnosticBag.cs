using System.Collections.Immutable;

namespace Towpath.Core.Diagnostics;

/// <summary>Collects the diagnostics of one reading, so that all problems are told at once. Not safe for several threads.</summary>
public sealed class DiagnosticBag
{
    private const int Limit = 1000;
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly HashSet<(string, string, string?)> _seen = [];

    /// <summary>Whether any error is among them.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Adds one, unless the same was already said of the same place (an aliased node is read more than once) or a thousand are there.</summary>
    public void Add(Diagnostic diagnostic)
    {
        HasErrors |= diagnostic.Severity == Severity.Error;
        if (_diagnostics.Count < Limit && _seen.Add((diagnostic.Code, diagnostic.Headline, diagnostic.Location?.ToString())))
        {
            _diagnostics.Add(diagnostic);
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
