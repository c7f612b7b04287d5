using System.Collections.Immutable;

namespace Towpath.Core.Diagnostics;

/// <summary>The page of one code.</summary>
/// <param name="Code">The code.</param>
/// <param name="Markdown">The whole page: a title, and four sections.</param>
public sealed record DiagnosticPage(string Code, string Markdown)
{
    /// <summary>What is wrong, in a few words.</summary>
    public string Title => Markdown.Split('\n')[0][$"# {Code}: ".Length..];

    /// <summary>The text of a section without its heading; null where the page has none of that name.</summary>
    public string? Section(string heading)
    {
        var start = Markdown.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var text = Markdown[(start + heading.Length + 5)..];
        var end = text.IndexOf("\n## ", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).Trim();
    }
}

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
    public static string? Find(string code) => Page(code)?.Markdown;

    /// <summary>The page of a code, or null where there is none. Upper and lower case are the same.</summary>
    public static DiagnosticPage? Page(string code)
    {
        if (All.FirstOrDefault(known => known.Equals(code.Trim(), StringComparison.OrdinalIgnoreCase)) is not { } name)
        {
            return null;
        }

        using var stream = typeof(DiagnosticPages).Assembly.GetManifestResourceStream(Prefix + name)!;
        using var reader = new StreamReader(stream);
        return new DiagnosticPage(name, reader.ReadToEnd());
    }
}
