using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Towpath.Core.Compose.Canonical;
using Towpath.Core.Compose.Schema;

namespace Towpath.Core.Compose.Printing;

/// <summary>What is asked of a project most often, each in order.</summary>
public static class ProjectFacts
{
    /// <summary>Names of the active services.</summary>
    public static ImmutableArray<string> Services(ComposeProject project) => Names(project, "services");

    /// <summary>Names of the volumes.</summary>
    public static ImmutableArray<string> Volumes(ComposeProject project) => Names(project, "volumes");

    /// <summary>Names of the networks.</summary>
    public static ImmutableArray<string> Networks(ComposeProject project) => Names(project, "networks");

    /// <summary>Profiles that active services name.</summary>
    public static ImmutableArray<string> Profiles(ComposeProject project) => Sorted(OfServices(project)
        .SelectMany(service => service.Value.Get("profiles") is YamlSequence list ? list.Items : [])
        .Select(Nodes.TextOf));

    /// <summary>Images, those that are built under the name that Compose gives them.</summary>
    public static ImmutableArray<string> Images(ComposeProject project) => Sorted(OfServices(project)
        .Select(service => Nodes.TextOf(service.Value.Get("image")) ?? (service.Value.Get("build") is null ? null : $"{project.Name}-{service.Key}")));

    /// <summary>A hash of each active service that changes with anything in its canonical form but the number of its replicas.</summary>
    public static ImmutableSortedDictionary<string, string> Hashes(ComposeProject project) =>
        OfServices(project).ToImmutableSortedDictionary(service => service.Key, service => Hash(service.Value), StringComparer.Ordinal);

    private static string Hash(YamlMapping service)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            var fixedPart = service.With(service.Entries.RemoveAll(static entry => entry.Name is "scale" or "depends_on" or "profiles"));
            new ModelWriter(new JsonSink(writer), Dialect.Json).Write(fixedPart, Shapes.Map(ServiceTable.Service));
        }

        return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()));
    }

    private static ImmutableArray<string> Names(ComposeProject project, string section) =>
        Sorted((project.Model.Get(section) as YamlMapping)?.Entries.Select(entry => entry.Name) ?? []);

    private static ImmutableArray<string> Sorted(IEnumerable<string?> names) =>
        [.. names.Where(name => !string.IsNullOrEmpty(name)).Select(name => name!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static IEnumerable<KeyValuePair<string, YamlMapping>> OfServices(ComposeProject project)
    {
        foreach (var entry in (project.Model.Get("services") as YamlMapping)?.Entries ?? [])
        {
            if (entry.Value is YamlMapping service)
            {
                yield return KeyValuePair.Create(entry.Name, service);
            }
        }
    }
}
