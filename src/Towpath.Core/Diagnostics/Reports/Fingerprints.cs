using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Diagnostics.Reports;

/// <summary>
/// Names of findings by which a forge knows one again in the next commit. A name holds the code, the file and the line's text without its blanks, and
/// no line number: text that is added above changes nothing. Findings that agree in these are counted.
/// </summary>
internal static class Fingerprints
{
    /// <summary>One for each diagnostic, in their order; all different. 32 hexadecimal digits, a colon and the count.</summary>
    public static ImmutableArray<string> Of(ImmutableArray<Diagnostic> diagnostics)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. diagnostics.Select(diagnostic => Name(diagnostic, seen))];
    }

    private static string Name(Diagnostic diagnostic, Dictionary<string, int> seen)
    {
        var line = diagnostic.Location?.Excerpt ?? diagnostic.Headline;
        var text = $"{diagnostic.Code}\n{diagnostic.Location?.File}\n{string.Concat(line.Where(c => !char.IsWhiteSpace(c)))}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
        seen[hash] = seen.GetValueOrDefault(hash) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{hash}:{seen[hash]}");
    }
}
