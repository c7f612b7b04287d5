using System.Globalization;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>Shares, numbers of replicas and times that must be some: values that only delivery has.</summary>
internal sealed class QuantityReader(ProjectReading project)
{
    private const int MostReplicas = 100;

    /// <summary>A percentage as a share, 0 to 1. A number without its sign could mean either, so it is refused.</summary>
    public double? Share(YamlNode? node, string what)
    {
        if (project.Values.Text(node, what) is not { } text)
        {
            return null;
        }

        if (text.EndsWith('%') && TryNumber(text[..^1], out var percent) && percent is >= 0 and <= 100)
        {
            return (double)(percent / 100);
        }

        project.Bag.Add(StrategyDiagnostics.BadShare(node!.Location, what, text));
        return null;
    }

    /// <summary>A number of replicas, or a whole percentage of them.</summary>
    public Portion? Portion(YamlNode? node, string what)
    {
        if (project.Values.Text(node, what) is not { } text)
        {
            return null;
        }

        var isPercent = text.EndsWith('%');
        if (TryWhole(isPercent ? text[..^1] : text, out var number) && number <= MostReplicas)
        {
            return new Portion(number, isPercent);
        }

        project.Bag.Add(StrategyDiagnostics.BadPortion(node!.Location, what, text));
        return null;
    }

    /// <summary>A share of the requests in whole percent, its sign written or not.</summary>
    public int? Step(YamlNode node)
    {
        if (project.Values.Text(node, "a step of a canary") is not { } text)
        {
            return null;
        }

        if (TryWhole(text.EndsWith('%') ? text[..^1] : text, out var percent) && percent is >= 1 and <= 99)
        {
            return percent;
        }

        project.Bag.Add(StrategyDiagnostics.BadStep(node.Location, text));
        return null;
    }

    /// <summary>A duration that is longer than nothing.</summary>
    public TimeSpan? Time(YamlNode? node, string what)
    {
        var time = project.Values.Duration(node, what);
        if (time != TimeSpan.Zero)
        {
            return time;
        }

        project.Bag.Add(StrategyDiagnostics.NoTime(node!.Location, what));
        return null;
    }

    private static bool TryNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static bool TryWhole(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
