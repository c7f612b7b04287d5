using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>One file for each object.</summary>
public static class ObjectFiles
{
    /// <summary>The files of an environment.</summary>
    public static ImmutableArray<LayoutFile> Of(RenderedEnvironment environment) => [.. environment.Objects.Select(o => Of("", o))];

    /// <summary>The file of an object in a folder, which ends with a slash or is empty.</summary>
    internal static LayoutFile Of(string folder, ManifestObject subject) => LayoutFile.Yaml(folder + NameOf(subject), ManifestText.Yaml(subject));

    /// <summary>
    /// Name of an object's file: the place of its kind in the order in which objects are applied, the kind, and its name. No other object has a
    /// part in it, so it stays when others come and go.
    /// </summary>
    internal static string NameOf(ManifestObject subject) => string.Create(
        CultureInfo.InvariantCulture, $"{ObjectOrder.PlaceOf(subject.Kind):00}-{subject.Kind.ToLowerInvariant()}-{subject.Name}.yaml");
}
