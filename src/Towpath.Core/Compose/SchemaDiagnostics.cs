using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>TP1xxx, third part: the shape of a Compose file, key by key.</summary>
public static class SchemaDiagnostics
{
    /// <summary>A text that does not look as it must.</summary>
    public static Diagnostic WrongForm(Location place, string what, string form) => new(
        "TP1037",
        Severity.Error,
        $"{what} does not look as it must",
        place,
        Notes: [$"it must be {form}"]);

    /// <summary>A text that can't be read as the value that its key needs.</summary>
    public static Diagnostic NotRead(Location place, string what, string expected) => new(
        "TP1038",
        Severity.Error,
        $"{what} must be {expected}",
        place,
        $"expected {expected}");

    /// <summary>The same item twice in a list where all must differ.</summary>
    public static Diagnostic ItemTwice(Location place, string list, int firstLine) => new(
        "TP1039",
        Severity.Error,
        $"an item stands twice in `{list}`",
        place,
        $"first on line {firstLine}",
        Help: "remove one of them");

    /// <summary>A value of another kind.</summary>
    public static Diagnostic WrongKind(Location place, string what, string expected, string found) => new(
        "TP1052",
        Severity.Error,
        $"{what} must be {expected}, but this is {found}",
        place,
        $"expected {expected}");

    /// <summary>A number outside its range.</summary>
    public static Diagnostic OutOfRange(Location place, string what, long min, long max) => new(
        "TP1053",
        Severity.Error,
        max == long.MaxValue ? $"{what} must be {min} or more" : $"{what} must be a number from {min} to {max}",
        place);

    /// <summary>A name that a resource can't have.</summary>
    public static Diagnostic BadResourceName(Location place, string name, string subject) => new(
        "TP1054",
        Severity.Error,
        $"`{name}` can't be a name in {subject}",
        place,
        Notes: ["a name has letters, digits, dots, hyphens and underscores"]);
}
