using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP4601 to TP4619: the agreement in <c>towpath.yaml</c>.</summary>
public static class AgreementDiagnostics
{
    /// <summary>The text is empty.</summary>
    public static Diagnostic Empty(Location place, string file) => new(
        "TP4601",
        Severity.Error,
        $"the agreement `{file}` is empty",
        place,
        "nothing to sign",
        Help: "write down what both sides agree on, and commit it");

    /// <summary>The text is too large.</summary>
    public static Diagnostic TooLarge(Location place, string file, long bytes) => new(
        "TP4602",
        Severity.Error,
        string.Create(CultureInfo.InvariantCulture, $"the agreement `{file}` has {bytes} bytes"),
        place,
        string.Create(CultureInfo.InvariantCulture, $"more than {Agreement.MostKiB} KiB"),
        Help: "name a text that people read before they sign it");

    /// <summary>A side that stands there twice.</summary>
    public static Diagnostic SideTwice(Location place, string side) => new(
        "TP4603",
        Severity.Error,
        $"the side `{side}` stands here twice",
        place,
        "the second",
        Help: "remove it: each side signs once");

    /// <summary>Too few sides, or too many.</summary>
    public static Diagnostic WrongNumberOfSides(Location place, int count) => new(
        "TP4604",
        Severity.Error,
        string.Create(CultureInfo.InvariantCulture, $"an agreement has {Agreement.LeastSides} to {Agreement.MostSides} sides, and here are {count}"),
        place,
        Help: "name the teams that sign, as in `sides: [dev, ops]`");

    /// <summary>The gate without anything to sign.</summary>
    public static Diagnostic NothingToSign(Location place, string environment) => new(
        "TP4605",
        Severity.Error,
        $"`{environment}` asks for a signed agreement, and there is none",
        place,
        "would never open",
        Help: "name the text at the top level: `agreement: AGREEMENT.md`");
}
