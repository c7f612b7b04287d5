using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>Phase 4: what must be a mapping before anything else can be done with it.</summary>
internal static class Structure
{
    /// <summary>The same file without services that are none.</summary>
    public static YamlMapping Check(YamlMapping file, DiagnosticBag bag)
    {
        switch (file.Entry("services"))
        {
            case null or { Value.IsNull: true }:
                return file;
            case { Value: YamlMapping services } entry:
                return file.With(entry.Key, Services(services, bag));
            case var entry:
                bag.Add(CompositionDiagnostics.NotAMapping(entry.Value.Location, "`services`", entry.Value.Kind));
                return file.Without("services");
        }
    }

    /// <summary>The same services without those that are none.</summary>
    public static YamlMapping Services(YamlMapping services, DiagnosticBag bag)
    {
        foreach (var entry in services.Entries)
        {
            if (entry.Value is not YamlMapping && !entry.Value.IsNull && entry.Value.Mark != YamlMark.Reset)
            {
                bag.Add(CompositionDiagnostics.NotAMapping(entry.Value.Location, $"the service `{entry.Name}`", entry.Value.Kind));
                services = services.Without(entry.Name);
            }
        }

        return services;
    }
}
