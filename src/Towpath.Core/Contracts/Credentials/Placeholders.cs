using System.Buffers;
using System.Text.RegularExpressions;

namespace Towpath.Core.Contracts.Credentials;

/// <summary>Values that stand where a credential will be, and are none.</summary>
internal static partial class Placeholders
{
    private static readonly SearchValues<char> Marks = SearchValues.Create("${}<>*%…");

    /// <summary>Whether a value is a placeholder: a reference to a variable, words such as <c>changeme</c> or <c>example</c>, or one letter repeated.</summary>
    public static bool IsOne(string value) => value.AsSpan().ContainsAny(Marks) || Word().IsMatch(value) || value.Distinct().Count() <= 3;

    [GeneratedRegex(
        "change.?(me|it|this)|example|placeholder|your|sample|dummy|fake|foobar|password|xxxx|1234|abcdef|insert|replace|redacted|not.?a.?(real|secret)|\\.\\.\\."
        + "|^(pass|passw(or)?d|pw|secret|user|test|postgres|mysql|root|admin|guest|token|key|none|null|todo)[0-9!]{0,4}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
