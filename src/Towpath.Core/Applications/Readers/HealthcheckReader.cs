using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>healthcheck:</c> of a service. The times that are left out are Compose's own defaults.</summary>
internal sealed class HealthcheckReader(ProjectReading project)
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>The check, or null where there is none, it is disabled or can't be used.</summary>
    public Healthcheck? Read(YamlNode? node)
    {
        if (project.Values.Mapping(node, CarriedKeys.Healthcheck) is not { } check)
        {
            return null;
        }

        var disabled = project.Values.Boolean(check.Get("disable"), "disable") ?? false;
        var interval = project.Values.Duration(check.Get("interval"), "interval") ?? Default;
        var timeout = project.Values.Duration(check.Get("timeout"), "timeout") ?? Default;
        var retries = project.Values.Integer(check.Get("retries"), "retries", 1, 1000) ?? 3;
        var startPeriod = project.Values.Duration(check.Get("start_period"), "start_period") ?? TimeSpan.Zero;
        if (disabled || !project.Values.Require(check.Get("test"), check, "healthcheck", "test"))
        {
            return null;
        }

        return Test(check.Get("test")!) is { } command ? new Healthcheck(command, interval, timeout, retries, startPeriod, check.Get("test")!.Location) : null;
    }

    private ImmutableArray<string>? Test(YamlNode node)
    {
        var words = project.Values.Texts(node, "test");
        switch (words)
        {
            case ["NONE"]:
                return null;
            case ["CMD", _, ..]:
                return words[1..];
            case ["CMD-SHELL", { Length: > 0 } text]:
                return ["/bin/sh", "-c", text];
            case []:
                project.Bag.Add(ValueDiagnostics.BadHealthcheck(node.Location, "the list is empty"));
                return null;
            default:
                project.Bag.Add(ValueDiagnostics.BadHealthcheck(
                    ((node as YamlSequence)?.Items[0] ?? node).Location,
                    words[0] is "CMD" or "CMD-SHELL" or "NONE" ? $"`{words[0]}` with {words.Length - 1} arguments" : $"a list can't begin with `{words[0]}`"));
                return null;
        }
    }
}
