using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Core.Sources;

/// <summary>
/// What whoever pushed sees of a run: its steps, its release, and where that stops: at a gate, at the top, or by a failure. Each fact gives lines, until the end.
/// </summary>
/// <param name="run">The run.</param>
public sealed class PushWatch(string run)
{
    private const int LongestLine = 500;

    private string? _release;

    /// <summary>Nothing more is to come.</summary>
    public bool Ended { get; private set; }

    /// <summary>Takes in one fact of the journal.</summary>
    /// <returns>Lines for the terminal; none where the fact is of something else.</returns>
    public ImmutableArray<string> Apply(Fact fact)
    {
        if (Ended || !Concerns(fact)) return [];
        if (fact.Kind is FactKind.ReleaseCreated or FactKind.PipelineSucceeded) _release = fact.Release ?? _release;
        Ended = IsEnd(fact);
        if (fact.Kind is FactKind.EffectDone) return [];
        var lines = ImmutableArray.CreateBuilder<string>();
        // A report is its diagnostic and nothing else: its line would say the headline twice.
        if (fact.Kind != FactKind.DiagnosticReported || fact.Diagnostic is null) lines.Add(Line(fact));
        if (fact.Diagnostic is { } diagnostic) lines.AddRange(LinesOf(diagnostic));
        return lines.ToImmutable();
    }

    /// <summary>A diagnostic as lines for a terminal.</summary>
    public static ImmutableArray<string> LinesOf(Diagnostic diagnostic) =>
        [.. DiagnosticWriter.Write(diagnostic).TrimEnd('\n').Split('\n').Select(Clean)];

    /// <summary>One line without anything that a terminal would obey, cut where it is long.</summary>
    public static string Clean(string line)
    {
        var visible = string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c));
        return visible.Length <= LongestLine ? visible : visible[..LongestLine] + "...";
    }

    private bool Concerns(Fact fact) => fact.Run == run || (_release is not null && fact.Run is null && fact.Release == _release);

    private bool IsEnd(Fact fact) => fact.Kind switch
    {
        FactKind.PipelineFailed or FactKind.PipelineCancelled => fact.Run == run,
        FactKind.ReleaseWaiting or FactKind.ReleaseArrived => true,
        FactKind.DeploymentFailed or FactKind.DeploymentFrozen or FactKind.DeploymentCancelled or FactKind.DeploymentSuperseded => true,
        _ => false,
    };

    private static string Line(Fact fact)
    {
        var place = fact.Environment ?? (fact.Run is null ? "release" : "pipeline");
        var took = fact.Duration is { } duration ? string.Create(CultureInfo.InvariantCulture, $" ({duration.TotalSeconds:0.0} s)") : "";
        return Clean($"{place,-12} {fact.Text}{took}");
    }
}
