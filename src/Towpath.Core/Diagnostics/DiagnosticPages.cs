using System.Collections.Immutable;

namespace Towpath.Core.Diagnostics;

/// <summary>The pages of <c>docs/diagnostics</c>, carried inside the program so that <c>towpath explain CODE</c> needs no network.</summary>
public static class DiagnosticPages
{
    private const string Prefix = "diagnostics/";

    /// <summary>The codes that have a page, in order.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        .. typeof(DiagnosticPages).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The page of a code as Markdown, or null where there is none. Upper and lower case are the same.</summary>
    public static string? Find(string code)
    {
        if (All.FirstOrDefault(known => known.Equals(code.Trim(), StringComparison.OrdinalIgnoreCase)) is not { } name)
        {
            return null;
        }

        using var stream = typeof(DiagnosticPages).Assembly.GetManifestResourceStream(Prefix + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
