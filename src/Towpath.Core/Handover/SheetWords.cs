using System.Collections.Immutable;
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

    /// <summary>Who acts.</summary>
    public static string Of(Side side) => side == Side.Dev ? "For Dev" : "For Ops";

    /// <summary>How bad it is.</summary>
    public static string Of(Severity severity) => severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" };

    private static string Of(bool value) => value ? "yes" : "no";
}
