using System.Collections.Frozen;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>The canonical form of services: one rule per key that has a short syntax.</summary>
internal sealed class ServiceForm
{
    private readonly FrozenDictionary<string, Func<YamlNode, YamlNode>> _service;
    private readonly FrozenDictionary<string, Func<YamlNode, YamlNode>> _build;
    private readonly FrozenDictionary<string, Func<YamlNode, YamlNode>> _hook;

    /// <summary>Makes the rules.</summary>
    public ServiceForm(DiagnosticBag bag, bool isInterpolated)
    {
        var lists = new ListForms(bag, isInterpolated);
        _hook = Rules(new()
        {
            ["command"] = lists.Command,
            ["environment"] = lists.Environment,
        });
        _build = Rules(new()
        {
            ["args"] = Pairs.Variables,
            ["ssh"] = Pairs.Variables,
            ["labels"] = Pairs.Labels,
            ["additional_contexts"] = Pairs.Labels,
            ["extra_hosts"] = lists.Hosts,
            ["no_cache_filter"] = ListForms.One,
            ["secrets"] = ListForms.FileMounts,
        });
        _service = Rules(new()
        {
            ["annotations"] = Pairs.Labels,
            ["build"] = Build,
            ["command"] = lists.Command,
            ["configs"] = ListForms.FileMounts,
            ["depends_on"] = ListForms.Dependencies,
            ["deploy"] = Deploy,
            ["develop"] = Develop,
            ["devices"] = lists.Devices,
            ["dns"] = ListForms.OneNotEmpty,
            ["dns_search"] = ListForms.One,
            ["entrypoint"] = lists.Command,
            ["env_file"] = ListForms.EnvFiles,
            ["environment"] = lists.Environment,
            ["extends"] = node => node is YamlScalar ? Nodes.Map(node, ("service", node)) : node,
            ["extra_hosts"] = lists.Hosts,
            ["gpus"] = ListForms.Gpus,
            ["healthcheck"] = node => node is YamlMapping map ? map.Replace("test", ListForms.Test) : node,
            ["label_file"] = ListForms.One,
            ["labels"] = Pairs.Labels,
            ["models"] = ListForms.Names,
            ["networks"] = ListForms.Names,
            ["ports"] = lists.Ports,
            ["post_start"] = Hooks,
            ["pre_start"] = Hooks,
            ["pre_stop"] = Hooks,
            ["provider"] = node => node is YamlMapping map ? map.Replace("options", ListForms.OptionLists) : node,
            ["secrets"] = ListForms.FileMounts,
            ["sysctls"] = Pairs.Labels,
            ["tmpfs"] = ListForms.One,
            ["volumes"] = lists.Volumes,
        });
    }

    /// <summary>One service.</summary>
    public YamlMapping Apply(YamlMapping service) => Apply(service, _service);

    private static FrozenDictionary<string, Func<YamlNode, YamlNode>> Rules(Dictionary<string, Func<YamlNode, YamlNode>> rules) =>
        rules.ToFrozenDictionary(StringComparer.Ordinal);

    private static YamlMapping Apply(YamlMapping mapping, FrozenDictionary<string, Func<YamlNode, YamlNode>> rules) =>
        mapping.ReplaceAll(entry => !entry.Value.IsNull && rules.TryGetValue(entry.Name, out var rule) ? rule(entry.Value) : entry.Value);

    private YamlNode Build(YamlNode node) => node switch
    {
        YamlScalar context => Nodes.Map(node, ("context", context)),
        YamlMapping build => Apply(build, _build),
        _ => node,
    };

    private static YamlNode Deploy(YamlNode node) => node is not YamlMapping deploy
        ? node
        : deploy.Replace("labels", Pairs.Labels).Replace("resources", static resources => resources is not YamlMapping map
            ? resources
            : map.Replace("reservations", static reservations => reservations is not YamlMapping some
                ? reservations
                : some.Replace("devices", ListForms.DeviceRequests)));

    private YamlNode Develop(YamlNode node) => node is not YamlMapping develop
        ? node
        : develop.Replace("watch", list => Each(list, watch => watch
            .Replace("ignore", ListForms.One)
            .Replace("include", ListForms.One)
            .Replace("exec", exec => exec is YamlMapping hook ? Apply(hook, _hook) : exec)));

    private YamlNode Hooks(YamlNode node) => Each(node, hook => Apply(hook, _hook));

    private static YamlNode Each(YamlNode node, Func<YamlMapping, YamlNode> form) =>
        node is YamlSequence list ? list.ReplaceAll(item => item is YamlMapping mapping ? form(mapping) : item) : node;
}
