using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Handover;

/// <summary>Words of the sheet that both forms share.</summary>
internal static class SheetWords
{
    /// <summary>Stands where somebody should say something.</summary>
    public const string Missing = "not said";

    /// <summary>Columns of the table of variables.</summary>
    public static readonly ImmutableArray<string> VariableHeadings = ["Variable", "Meaning", "Secret", "Needed", "Given"];

    /// <summary>Columns of the table of secrets.</summary>
    public static readonly ImmutableArray<string> SecretHeadings = ["Secret", "Comes from", "Used by"];

    /// <summary>One row of the table of variables.</summary>
    public static ImmutableArray<string> Row(VariableSheet variable) =>
        [variable.Name, variable.Meaning ?? Missing, Of(variable.IsSecret), Of(variable.IsRequired), Of(variable.IsGiven)];

    /// <summary>One row of the table of secrets.</summary>
    public static ImmutableArray<string> Row(SecretSheet secret) => [secret.Name, secret.Origin, secret.UsedBy.IsEmpty ? "nobody" : string.Join(", ", secret.UsedBy)];

    /// <summary>Columns of the table of checks of a delivery.</summary>
    public static readonly ImmutableArray<string> CheckHeadings = ["Service", "Check", "Result", "Seen"];

    /// <summary>The rows of the validation of a delivery.</summary>
    public static ImmutableArray<ImmutableArray<string>> Rows(DeliverySheet delivery) =>
        [.. delivery.Services.SelectMany(s => s.Checks.Select(c => ImmutableArray.Create(s.Service, c.Name, Of(c.Verdict), c.Evidence)))];

    /// <summary>When it was delivered, in a sentence.</summary>
    public static string Of(DeliverySheet delivery) => string.Create(
        CultureInfo.InvariantCulture,
        $"{delivery.Release} was delivered to be tested at {delivery.At:yyyy-MM-dd HH:mm} UTC{(delivery.Finals.IsEmpty ? "; it is not delivered for good yet" : "; " + string.Join("; ", delivery.Finals))}.");

    /// <summary>What came of a check.</summary>
    public static string Of(CheckVerdict verdict) => verdict switch { CheckVerdict.Passed => "passed", CheckVerdict.Failed => "failed", _ => "not tried" };

    /// <summary>Who acts.</summary>
    public static string Of(Side side) => side == Side.Dev ? "For Dev" : "For Ops";

    /// <summary>How bad it is.</summary>
    public static string Of(Severity severity) => severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" };

    private static string Of(bool value) => value ? "yes" : "no";
}
