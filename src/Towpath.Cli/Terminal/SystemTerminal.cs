using System.Text.Json;
using Spectre.Console;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Terminal;

/// <summary>Standard output and standard error.</summary>
/// <param name="output">For results.</param>
/// <param name="error">For talk.</param>
/// <param name="format">How results are written.</param>
/// <param name="live">Whether a person looks at <paramref name="error"/>: a terminal that can be drawn on.</param>
/// <param name="color">Whether colours are wanted there.</param>
/// <param name="time">For elapsed times.</param>
internal sealed class SystemTerminal(TextWriter output, TextWriter error, OutputFormat format, bool live, bool color, TimeProvider time) : ITerminal
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };

    /// <inheritdoc/>
    public OutputFormat Format => format;

    /// <inheritdoc/>
    public void Say(string line) => error.WriteLine(Plain.Clean(line));

    /// <inheritdoc/>
    public void Report(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            error.Write(DiagnosticWriter.Write(diagnostic, color && live));
        }
    }

    /// <inheritdoc/>
    public void Result<T>(T document, Action<TextWriter> text)
    {
        if (format == OutputFormat.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(document, Indented));
        }
        else
        {
            text(output);
        }

        output.Flush();
    }

    /// <inheritdoc/>
    public void Line<T>(T document, string text)
    {
        output.WriteLine(format == OutputFormat.Json ? JsonSerializer.Serialize(document, ApiJson.Options) : text);
        output.Flush();
    }

    /// <inheritdoc/>
    public IProgressView OpenProgress() => live ? new LiveProgress(Console(), time) : new PlainProgress(error);

    private IAnsiConsole Console() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(error),
        Ansi = AnsiSupport.Yes,
        ColorSystem = color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.Yes,
    });
}
