using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Cli.Terminal;

/// <summary>One line per fact: for pipes, logs and continuous integration.</summary>
internal sealed class PlainProgress(TextWriter writer) : IProgressView
{
    /// <inheritdoc/>
    public ProgressModel Model { get; private set; } = ProgressModel.Empty;

    /// <inheritdoc/>
    public void Show(Fact fact)
    {
        var told = Model.Diagnostics.Length;
        Model = Model.Apply(fact);

        // A report is its diagnostic and nothing else: its line would say the headline twice.
        if (fact.Kind != FactKind.DiagnosticReported || fact.Diagnostic is null)
        {
            writer.WriteLine(Line(fact));
        }

        foreach (var diagnostic in Model.Diagnostics.Skip(told))
        {
            writer.Write(DiagnosticWriter.Write(diagnostic));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The line of a fact: time, place, sentence, duration.</summary>
    public static string Line(Fact fact)
    {
        var place = fact.Environment ?? (fact.Run is null ? "release" : "pipeline");
        var took = fact.Duration is { } duration ? $" ({Plain.Duration(duration)})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{fact.At:HH:mm:ss} {place,-12} {Plain.Clean(fact.Text)}{took}");
    }
}
