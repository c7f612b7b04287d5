using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>The canonical form of networks, volumes, secrets and configs: labels as pairs, <c>external</c> as a boolean.</summary>
internal static class ResourceForm
{
    /// <summary>One resource.</summary>
    public static YamlMapping Apply(YamlMapping resource, YamlScalar key, DiagnosticBag bag)
    {
        resource = resource.Replace("labels", Pairs.Labels);
        if (resource.Get("external") is not YamlMapping external)
        {
            return resource;
        }

        if (external.Get("name") is YamlScalar name)
        {
            if (Nodes.TextOf(resource.Get("name")) is { } own && own != name.Value)
            {
                bag.Add(ModelDiagnostics.NamedTwice(name.Location, key.Value));
            }

            resource = resource.WithDefault("name", _ => name);
        }

        return resource.With("external", Nodes.Plain(external, "true"));
    }
}
