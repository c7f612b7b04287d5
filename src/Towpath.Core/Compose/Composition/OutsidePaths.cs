using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>Phase 15, last: paths that are named and not read here, but that a release will want: build contexts, files of secrets and configs.</summary>
internal static class OutsidePaths
{
    /// <summary>Warns of each that lies outside the root.</summary>
    /// <param name="model">With absolute paths.</param>
    /// <param name="root">Absolute.</param>
    /// <param name="bag">Where warnings go.</param>
    public static void Check(YamlMapping model, string root, DiagnosticBag bag)
    {
        foreach (var service in Mappings(model, "services"))
        {
            var build = service.Get("build") as YamlMapping;
            Check(build?.Get("context"), "the build context", root, bag);
            foreach (var context in (build?.Get("additional_contexts") as YamlMapping)?.Entries ?? [])
            {
                Check(context.Value, "the build context", root, bag);
            }
        }

        foreach (var kind in (ReadOnlySpan<string>)["configs", "secrets"])
        {
            foreach (var resource in Mappings(model, kind))
            {
                Check(resource.Get("file"), $"the file of {(kind == "configs" ? "a config" : "a secret")}", root, bag);
            }
        }
    }

    private static void Check(YamlNode? node, string what, string root, DiagnosticBag bag)
    {
        if (node is YamlScalar { IsBroken: false, Value: ['/', ..] } scalar && !FilePath.IsInside(root, scalar.Value))
        {
            bag.Add(CompositionDiagnostics.LeavesRoot(node.Location, what));
        }
    }

    private static IEnumerable<YamlMapping> Mappings(YamlMapping model, string section)
    {
        foreach (var entry in (model.Get(section) as YamlMapping)?.Entries ?? [])
        {
            if (entry.Value is YamlMapping mapping)
            {
                yield return mapping;
            }
        }
    }
}
