using System.Globalization;
using Towpath.Core.Compose;
using Towpath.Core.Environments;

namespace Towpath.Core.Configuration;

/// <summary><c>ports: { range: 18080-18998, assign: anyone }</c>: which ports gateways get, and who says so.</summary>
internal sealed class PortPolicyReader(NodeReader values)
{
    private const int Lowest = 1;
    private const int Highest = 65535;
    private static readonly KeyTable Keys = new("ports", "range assign");

    /// <summary>What it says; what usually holds where it is not there, or after an error.</summary>
    public PortPolicy Read(YamlNode? node)
    {
        if (node is null || values.Mapping(node, Keys) is not { } mapping) return PortPolicy.Default;
        var (first, last) = Range(mapping.Get("range")) ?? (PortPolicy.Default.First, PortPolicy.Default.Last);
        return new PortPolicy(first, last, values.Word(mapping.Get("assign"), "assign", "anyone", "operators") == "operators");
    }

    private (int First, int Last)? Range(YamlNode? node)
    {
        if (values.NonEmpty(node, "range") is not { } text) return null;
        if (text.Split('-', StringSplitOptions.TrimEntries) is [var from, var to] && Port(from) is { } first && Port(to) is { } last && first <= last) return (first, last);
        values.Bag.Add(ConfigurationDiagnostics.BadPortRange(node!.Location));
        return null;
    }

    private static int? Port(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= Lowest and <= Highest ? port : null;
}
