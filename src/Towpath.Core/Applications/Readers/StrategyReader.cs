using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>strategy:</c> of an environment, or of a service in it: a word, or a mapping of one word to its settings.</summary>
internal sealed class StrategyReader(ProjectReading project)
{
    private const int MostSteps = 20;
    private const int MostRequests = 1_000_000;
    private static readonly KeyTable StrategyKeys = new("strategy", "rolling blue-green canary recreate");
    private static readonly KeyTable RollingKeys = new("rolling", "surge unavailable");
    private static readonly KeyTable BlueGreenKeys = new("blue-green", "by-hand");
    private static readonly KeyTable CanaryKeys = new("canary", "steps interval analysis by-hand");
    private static readonly KeyTable AnalysisKeys = new("analysis", "requests errors slow abort patience");
    private static readonly KeyTable RecreateKeys = new("recreate", "");
    private static readonly ImmutableArray<int> UsualSteps = [10, 50];
    private readonly NodeReader _values = project.Values;
    private readonly QuantityReader _quantities = new(project);

    /// <summary>What stands there; null where nothing does, and after an error.</summary>
    public StrategySpec? Read(YamlNode? node)
    {
        if (node is null)
        {
            return null;
        }

        string[] known = [.. StrategyKeys.Known];
        if (node is YamlScalar { IsNull: false })
        {
            return _values.Word(node, "a strategy", known) is { } word ? Read(word, null, node) : null;
        }

        if (_values.Mapping(node, StrategyKeys) is not { } strategy)
        {
            return null;
        }

        if (strategy.Entries.Where(e => known.Contains(e.Name)).ToList() is [var only])
        {
            return Read(only.Name, only.Value.IsNull ? null : only.Value, only.Key);
        }

        project.Bag.Add(StrategyDiagnostics.StrategyChoice(node.Location, known));
        return null;
    }

    private StrategySpec? Read(string kind, YamlNode? settings, YamlNode place)
    {
        var strategy = kind switch
        {
            "rolling" => Rolling(_values.Mapping(settings, RollingKeys)),
            "blue-green" => BlueGreen(_values.Mapping(settings, BlueGreenKeys)),
            "canary" => Canary(settings),
            _ => Recreate(settings),
        };
        return strategy with { Location = place.Location };
    }

    private StrategySpec Rolling(YamlMapping? settings)
    {
        var unavailable = _quantities.Portion(settings?.Get("unavailable"), "rolling.unavailable") ?? Portion.None;
        var surge = _quantities.Portion(settings?.Get("surge"), "rolling.surge") ?? Portion.One;
        if (surge.Value == 0 && unavailable.Value == 0)
        {
            project.Bag.Add(StrategyDiagnostics.NothingMoves(settings!.Get("surge")!.Location));
        }

        return new StrategySpec { Kind = StrategyKind.Rolling, Surge = surge, Unavailable = unavailable };
    }

    private StrategySpec BlueGreen(YamlMapping? settings) =>
        new() { Kind = StrategyKind.BlueGreen, ByHand = _values.Boolean(settings?.Get("by-hand"), "blue-green.by-hand") ?? false };

    private StrategySpec Canary(YamlNode? node)
    {
        var settings = node is YamlSequence ? null : _values.Mapping(node, CanaryKeys);
        var steps = node is YamlSequence ? node : settings?.Get("steps");
        return new StrategySpec
        {
            Kind = StrategyKind.Canary,
            Steps = steps is null ? UsualSteps : Steps(steps),
            Interval = _values.Duration(settings?.Get("interval"), "canary.interval") ?? StrategySpec.Default.Interval,
            Analysis = Analysis(_values.Mapping(settings?.Get("analysis"), AnalysisKeys)),
            ByHand = _values.Boolean(settings?.Get("by-hand"), "canary.by-hand") ?? false,
        };
    }

    private StrategySpec Recreate(YamlNode? settings)
    {
        // A table without keys tells of each one that is written.
        _values.Mapping(settings, RecreateKeys);
        return new StrategySpec { Kind = StrategyKind.Recreate };
    }

    private ImmutableArray<int> Steps(YamlNode node)
    {
        var items = _values.Items(node, "canary.steps");
        if (node is YamlSequence && items.IsEmpty)
        {
            project.Bag.Add(ValueDiagnostics.MissingKey(node.Location, "a canary", "at least one step"));
        }
        else if (items.Length > MostSteps)
        {
            project.Bag.Add(ValueDiagnostics.TooMany(items[MostSteps].Location, "steps of a canary", MostSteps));
        }

        var steps = ImmutableArray.CreateBuilder<int>();
        foreach (var item in items.Take(MostSteps))
        {
            if (_quantities.Step(item) is not { } step)
            {
                continue;
            }

            if (steps.Count > 0 && step <= steps[^1])
            {
                project.Bag.Add(StrategyDiagnostics.StepsNotRising(item.Location, steps[^1], step));
            }

            steps.Add(step);
        }

        return steps.ToImmutable();
    }

    private AnalysisSpec Analysis(YamlMapping? settings)
    {
        var usual = AnalysisSpec.Default;
        var analysis = new AnalysisSpec(
            _values.Integer(settings?.Get("requests"), "analysis.requests", 1, MostRequests) ?? usual.LeastRequests,
            _quantities.Share(settings?.Get("errors"), "analysis.errors") ?? usual.MostErrors,
            _quantities.Share(settings?.Get("slow"), "analysis.slow"),
            _quantities.Share(settings?.Get("abort"), "analysis.abort") ?? usual.HardErrors,
            _quantities.Time(settings?.Get("patience"), "analysis.patience") ?? usual.Patience);
        if (analysis.HardErrors < analysis.MostErrors)
        {
            project.Bag.Add(StrategyDiagnostics.AbortBelowErrors((settings!.Get("abort") ?? settings.Get("errors")!).Location));
        }

        return analysis;
    }
}
