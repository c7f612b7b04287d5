using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Terminal;

/// <summary>Writes a diagnostic: headline, place with the line of the file, notes, help.</summary>
internal static class DiagnosticText
{
    /// <summary>Writes one.</summary>
    public static void Write(TextWriter writer, Diagnostic diagnostic, bool color)
    {
        var severity = diagnostic.Severity.ToString().ToLowerInvariant();
        writer.WriteLine($"{Paint(diagnostic.Severity, color)}{severity}[{diagnostic.Code}]{Reset(color)}: {Plain.Clean(diagnostic.Headline)}");
        if (diagnostic.Location is { } location)
        {
            WritePlace(writer, location, diagnostic.Label);
        }

        foreach (var note in diagnostic.Notes)
        {
            writer.WriteLine($"  = note: {Indented(note)}");
        }

        if (diagnostic.Help is { } help)
        {
            writer.WriteLine($"  = help: {Indented(help)}");
        }
    }

    private static void WritePlace(TextWriter writer, Location location, string? label)
    {
        var number = $"{location.Line}";
        var margin = new string(' ', number.Length);
        writer.WriteLine($"{margin}--> {Plain.Clean(location.ToString())}");
        if (location.Excerpt is not { } excerpt)
        {
            return;
        }

        var width = location.EndLine == location.Line ? Math.Max(1, location.EndColumn - location.Column) : 1;
        writer.WriteLine($"{margin} |");
        writer.WriteLine($"{number} | {Plain.Clean(excerpt)}");
        writer.WriteLine($"{margin} | {new string(' ', Math.Max(0, location.Column - 1))}{new string('^', width)} {label}".TrimEnd());
    }

    private static string Indented(string text) => string.Join("\n    ", text.Split('\n').Select(Plain.Clean));

    private static string Paint(Severity severity, bool color) => (color, severity) switch
    {
        (false, _) => "",
        (_, Severity.Error) => "\e[1;31m",
        (_, Severity.Warning) => "\e[1;33m",
        _ => "\e[1;36m",
    };

    private static string Reset(bool color) => color ? "\e[0m" : "";
}
