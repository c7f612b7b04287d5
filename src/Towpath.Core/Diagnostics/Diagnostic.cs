using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Towpath.Core.Diagnostics;

/// <summary>How bad it is: only errors stop the work.</summary>
public enum Severity
{
    /// <summary>Said for information.</summary>
    Note,

    /// <summary>Works, but probably not as meant.</summary>
    Warning,

    /// <summary>The work stops here.</summary>
    Error,
}

/// <summary>
/// One problem, told so that the reader can act on it. Made only by the factory of its code
/// (<c>ComposeDiagnostics</c>, <c>LadderDiagnostics</c> ...), never by hand.
/// </summary>
/// <param name="Code">Stable identifier, <c>TP</c> and four digits; its page is <c>docs/diagnostics/CODE.md</c>.</param>
/// <param name="Severity">Whether the work stops.</param>
/// <param name="Headline">What is wrong, in one sentence without a full stop.</param>
/// <param name="Location">Where, if it has a place in a file.</param>
/// <param name="Label">A few words under the underlined place.</param>
/// <param name="Notes">Why; each a sentence.</param>
/// <param name="Help">What to do.</param>
/// <param name="Fix">What <c>towpath check --fix</c> does about it; only where that is certain.</param>
public sealed record Diagnostic(
    string Code,
    Severity Severity,
    string Headline,
    Location? Location = null,
    string? Label = null,
    ImmutableArray<string> Notes = default,
    string? Help = null,
    Fix? Fix = null)
{
    // What JSON is read by: the default of an array, which is no array, can't be said in a schema.
    [JsonConstructor]
    internal Diagnostic(string code, Severity severity, string headline)
        : this(code, severity, headline, Location: null)
    {
    }

    /// <summary>Why; each a sentence. Never default.</summary>
    public ImmutableArray<string> Notes { get; init; } = Notes.IsDefault ? [] : Notes;
}
