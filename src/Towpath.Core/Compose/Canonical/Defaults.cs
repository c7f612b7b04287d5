namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 11: what the specification itself says where a long syntax leaves something out.</summary>
internal static class Defaults
{
    /// <summary>The same model with defaults.</summary>
    /// <param name="model">In canonical form, all files joined.</param>
    public static YamlMapping Apply(YamlMapping model) =>
        model.Replace("services", static services => services is YamlMapping all
            ? all.ReplaceAll(static service => service.Value is YamlMapping one ? OfService(one) : service.Value)
            : services);

    private static YamlMapping OfService(YamlMapping service) => service.ReplaceAll(static entry => entry.Name switch
    {
        "build" => entry.Value is YamlMapping build ? OfBuild(build) : entry.Value,
        "ports" => Each(entry.Value, OfPort),
        "secrets" => Each(entry.Value, OfSecret),
        "volumes" => Each(entry.Value, OfVolume),
        "gpus" => Each(entry.Value, OfRequest),
        "deploy" => entry.Value is YamlMapping deploy ? OfDeploy(deploy) : entry.Value,
        _ => entry.Value,
    });

    private static YamlMapping OfBuild(YamlMapping build) =>
        build.WithDefault("context", static at => Nodes.Text(at, "."));

    private static YamlMapping OfPort(YamlMapping port) => port
        .WithDefault("protocol", static at => Nodes.Text(at, "tcp"))
        .WithDefault("mode", static at => Nodes.Text(at, "ingress"));

    private static YamlMapping OfSecret(YamlMapping secret) => Nodes.TextOf(secret.Get("source")) is { } source
        ? secret.WithDefault("target", at => Nodes.Text(at, $"/run/secrets/{source}"))
        : secret;

    private static YamlMapping OfVolume(YamlMapping volume) => volume.Replace("bind", static bind => bind is YamlMapping options
        ? options.WithDefault("create_host_path", static at => Nodes.Plain(at, "true"))
        : bind);

    private static YamlMapping OfRequest(YamlMapping request) =>
        request.Get("device_ids") is null ? request.WithDefault("count", static at => Nodes.Text(at, "all")) : request;

    private static YamlMapping OfDeploy(YamlMapping deploy) => deploy.Replace("resources", static resources => resources is YamlMapping all
        ? all.Replace("reservations", static reservations => reservations is YamlMapping some
            ? some.Replace("devices", static devices => Each(devices, OfRequest))
            : reservations)
        : resources);

    private static YamlNode Each(YamlNode node, Func<YamlMapping, YamlMapping> fill) =>
        node is YamlSequence list ? list.ReplaceAll(item => item is YamlMapping mapping ? fill(mapping) : item) : node;
}
