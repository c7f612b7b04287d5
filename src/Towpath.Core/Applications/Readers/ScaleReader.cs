using System.Globalization;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>x-towpath.scale</c>. It is looked at for every engine, and kept for Kubernetes, which acts on it.</summary>
internal sealed class ScaleReader(ProjectReading project)
{
    private const int MostReplicas = 100;
    private const double MostRequests = 1_000_000;
    private static readonly KeyTable Keys = new("scale", "min max cpu memory requests");
    private readonly NodeReader _values = project.Values;

    /// <summary>What stands there; null for nothing, after an error, and where no environment is on Kubernetes.</summary>
    public ScaleSpec? Read(YamlEntry? entry)
    {
        if (entry is null)
        {
            return null;
        }

        if (project.ForContainers)
        {
            project.Bag.Add(DeliveryDiagnostics.ScaleNotCarried(entry.Key.Location));
        }

        if (!project.ForKubernetes || entry.Value.IsNull || _values.Mapping(entry.Value, Keys) is not { } scale)
        {
            return null;
        }

        var min = _values.Integer(scale.Get("min"), "scale.min", 1, MostReplicas);
        var max = _values.Require(scale.Get("max"), scale, "scale", "max") ? _values.Integer(scale.Get("max"), "scale.max", 1, MostReplicas) : null;
        if (max is null)
        {
            return null;
        }

        if (max < (min ?? 1))
        {
            project.Bag.Add(ScaleDiagnostics.ScaleRange(entry.Key.Location, min ?? 1, max.Value));
        }

        if (scale.Get("cpu") is null && scale.Get("memory") is null && scale.Get("requests") is null)
        {
            project.Bag.Add(ScaleDiagnostics.ScaleByNothing(entry.Key.Location));
        }

        return new ScaleSpec(min ?? 1, max.Value, Percent(scale.Get("cpu"), "scale.cpu"), Percent(scale.Get("memory"), "scale.memory"), Requests(scale.Get("requests")), entry.Key.Location);
    }

    private int? Percent(YamlNode? node, string what)
    {
        if (_values.Text(node, what) is not { } text)
        {
            return null;
        }

        if (text.EndsWith('%') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent is >= 1 and <= 100)
        {
            return percent;
        }

        project.Bag.Add(ScaleDiagnostics.BadTarget(node!.Location, what, text, $"{what["scale.".Length..]}: 70%"));
        return null;
    }

    private double? Requests(YamlNode? node)
    {
        if (_values.Text(node, "scale.requests") is not { } text)
        {
            return null;
        }

        if (text.EndsWith("/s", StringComparison.Ordinal) && double.TryParse(text[..^2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= MostRequests)
        {
            return number;
        }

        project.Bag.Add(ScaleDiagnostics.BadTarget(node!.Location, "scale.requests", text, "requests: 100/s"));
        return null;
    }
}
