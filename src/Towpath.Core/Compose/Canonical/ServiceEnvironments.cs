using Towpath.Core.Compose.Composition;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>
/// Phase 17: <c>env_file</c> becomes the <c>environment</c> of each service, <c>label_file</c> its
/// <c>labels</c>. What the service says itself stands over its files, a later file over an earlier one.
/// </summary>
internal static class ServiceEnvironments
{
    /// <summary>The same model with environments filled in.</summary>
    public static YamlMapping Apply(YamlMapping model, RootedFiles files, IReadOnlyDictionary<string, string> variables, DiagnosticBag bag)
    {
        var reader = new VariableFiles(files, variables, bag);
        return model.Replace("services", services => services is not YamlMapping all ? services : all.ReplaceAll(entry =>
            entry.Value is YamlMapping service ? WithLabels(WithVariables(service, reader), reader) : entry.Value));
    }

    /// <summary>The same model, its variables without a value given the one that they have around the file.</summary>
    public static YamlMapping Inherit(YamlMapping model, IReadOnlyDictionary<string, string> variables) =>
        model.Replace("services", services => services is not YamlMapping all ? services : all.ReplaceAll(entry =>
            entry.Value is YamlMapping service
                ? service.Replace("environment", node => node is YamlMapping map ? map.ReplaceAll(variable => Resolved(variable, variables).Value) : node)
                : entry.Value));

    /// <summary>A variable that has no value takes the one it has elsewhere, if any.</summary>
    public static YamlEntry Resolved(YamlEntry entry, IReadOnlyDictionary<string, string> variables) =>
        entry.Value.IsNull && variables.TryGetValue(entry.Name, out var value) ? entry with { Value = Nodes.OfVariable(entry.Value, entry.Name, value) } : entry;

    private static YamlMapping WithVariables(YamlMapping service, VariableFiles reader)
    {
        if (service.Get("env_file") is not YamlSequence { Items.Length: > 0 } list)
        {
            return service;
        }

        var own = service.Get("environment") as YamlMapping;
        var found = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var file in list.Items)
        {
            if (file is YamlMapping entry)
            {
                reader.ReadVariables(entry, own, found);
            }
        }

        return found.Count == 0 ? service : service.With("environment", Under(own, service, found));
    }

    private static YamlMapping WithLabels(YamlMapping service, VariableFiles reader)
    {
        if (service.Get("label_file") is not YamlSequence { Items.Length: > 0 } list)
        {
            return service;
        }

        var found = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var file in list.Items)
        {
            if (file is YamlScalar { IsBroken: false } path)
            {
                reader.ReadLabels(path, found);
            }
        }

        return found.Count == 0 ? service : service.With("labels", Under(service.Get("labels") as YamlMapping, service, found));
    }

    private static YamlMapping Under(YamlMapping? own, YamlMapping service, Dictionary<string, YamlNode> found)
    {
        own ??= Nodes.Map(service);
        var entries = own.Entries.ToBuilder();
        foreach (var (name, value) in found)
        {
            if (own.Entry(name) is null)
            {
                entries.Add(Nodes.Entry(value, name, value));
            }
        }

        return own.With(entries.ToImmutable());
    }
}
