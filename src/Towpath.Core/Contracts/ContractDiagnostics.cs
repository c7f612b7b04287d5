using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>TP225x: settings of the contract in <c>towpath.yaml</c>.</summary>
public static class ContractDiagnostics
{
    /// <summary>TP2250: no rule has that name or code.</summary>
    public static Diagnostic UnknownRule(Location place, string rule, IEnumerable<string> known) => new(
        "TP2250",
        Severity.Error,
        $"the contract has no rule `{rule}`",
        place,
        "not known",
        ["a misspelt rule would keep the severity that it had"],
        Suggest.Nearest(rule, known) is { } near ? $"did you mean `{near}`?" : "docs/guide/contract.md lists all rules");

    /// <summary>TP2251: a rule is set for a service that does not exist.</summary>
    public static Diagnostic UnknownService(Location place, string rule, string service, IEnumerable<string> known) => new(
        "TP2251",
        Severity.Error,
        $"`{rule}` is set for the service `{service}`, which does not exist",
        place,
        Help: Suggest.Nearest(service, known) is { } near ? $"did you mean `{near}`?" : $"the services are {string.Join(", ", known)}");
}
