using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Towpath.Core.Onboarding;

/// <summary>A first <c>towpath.yaml</c>.</summary>
/// <param name="Application">Name of the application.</param>
/// <param name="Environments">The ladder, lowest first.</param>
/// <param name="Probe">Path at the gateway that tells whether a deployment went well; null for none.</param>
/// <param name="Port">Host port of the highest environment; null for one that Towpath assigns.</param>
internal sealed record LadderText(string Application, ImmutableArray<string> Environments, string? Probe, int? Port)
{
    /// <summary>The text. All environments but the highest are entered freely; the highest asks for a yes of Ops.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"application: {YamlWords.Write(Application, isCompose: false)}\n");
        text.Append("# The ladder, lowest first. Each release enters the first by itself, the others by `towpath promote`.\n");
        text.Append("environments:\n");
        foreach (var environment in Environments)
        {
            Write(text, environment, isHighest: environment == Environments[^1]);
        }

        if (Probe is { } path)
        {
            text.Append(CultureInfo.InvariantCulture, $"# Asked through the gateway after each deployment; one that fails takes the release back.\nverify:\n  smoke: {{ get: {path}, expect: 200 }}\n");
        }

        return text.ToString();
    }

    private void Write(StringBuilder text, string environment, bool isHighest)
    {
        var lines = new List<string>();
        if (isHighest && Port is { } port)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"port: {port}"));
        }

        if (Probe is not null)
        {
            lines.Add("verify: [smoke]");
        }

        if (isHighest && Environments.Length > 1)
        {
            lines.Add("gates:\n      - confirmation: { roles: [ops] }");
        }

        text.Append(CultureInfo.InvariantCulture, $"  {environment}:{(lines.Count == 0 ? " {}" : "")}\n");
        foreach (var line in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {line}\n");
        }
    }
}
