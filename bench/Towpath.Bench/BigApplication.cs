using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Towpath.Core.Applications;

namespace Towpath.Bench;

/// <summary>
/// An application of any size, made in code of three services that were read: a page with a route, a worker and a database with a volume, each three of them as a
/// group that depends on the group before. Files of a user hold 500 services at most.
/// </summary>
internal static class BigApplication
{
    private const string Compose = """
        name: big
        services:
          web:
            image: registry.example.com/team/web:1.0.0
            environment: { LOG_LEVEL: info, WORKERS: "4", DATABASE_URL: "postgres://db:5432/data" }
            depends_on: { db: { condition: service_healthy } }
            deploy: { resources: { limits: { cpus: "0.5", memory: 128M } } }
            x-towpath: { owner: team, port: 8080, route: /, health: /healthz }
          worker:
            image: registry.example.com/team/worker:1.0.0
            command: ["serve", "--all"]
            environment: { LOG_LEVEL: info, PAGE: "http://web:8080/" }
            deploy: { resources: { limits: { cpus: "0.5", memory: 128M } } }
            x-towpath: { owner: team }
          db:
            image: registry.example.com/team/postgres:15
            expose: ["5432"]
            volumes: ["data:/var/lib/postgresql/data"]
            deploy: { resources: { limits: { cpus: "1", memory: 256M } } }
            x-towpath: { owner: team, backup: { none: "it is a benchmark" } }
        volumes: { data: {} }
        """;

    private const string Ladder = "application: big\nenvironments:\n  production: {}\n";

    /// <summary>Files of a commit that has none of what services mount.</summary>
    public static ISourceFiles Files { get; } = new TwoFiles();

    /// <summary>The application.</summary>
    public static Application Of(int services)
    {
        var read = ApplicationReader.Read(Files, []);
        var small = read.Application ?? throw new BenchException($"the application was not read: {read.Diagnostics[0].Headline}");
        string[] kinds = ["db", "web", "worker"];
        var templates = kinds.Select(kind => small.Services.Single(s => s.Name == kind)).ToArray();
        return small with
        {
            Services = [.. Enumerable.Range(0, services).Select(i => Named(templates[i % kinds.Length], i / kinds.Length)).OrderBy(s => s.Name, StringComparer.Ordinal)],
            Volumes = [.. Enumerable.Range(0, (services + 2) / kinds.Length).Select(i => small.Volumes[0] with { Name = Name("data", i) })],
        };
    }

    /// <summary>The same as files, for up to 500 services.</summary>
    public static void Write(string folder, int services)
    {
        var text = new StringBuilder("name: big\nservices:\n");
        var lines = Compose.Split('\n');
        var starts = new Dictionary<int, int> { [0] = Array.IndexOf(lines, "  db:"), [1] = Array.IndexOf(lines, "  web:"), [2] = Array.IndexOf(lines, "  worker:") };
        for (var i = 0; i < services; i++)
        {
            var group = i / 3;
            var body = lines.Skip(starts[i % 3]).Take(1).Concat(lines.Skip(starts[i % 3] + 1).TakeWhile(l => l.StartsWith("    ", StringComparison.Ordinal)));
            foreach (var line in body)
            {
                text.Append(Renamed(line, group)).Append('\n');
            }
        }

        text.Append("volumes:\n");
        for (var i = 0; i < (services + 2) / 3; i++) text.Append(CultureInfo.InvariantCulture, $"  {Name("data", i)}: {{}}\n");
        File.WriteAllText(Path.Combine(folder, "compose.yaml"), text.ToString());
        File.WriteAllText(Path.Combine(folder, "towpath.yaml"), Ladder);
    }

    private static string Renamed(string line, int group) => line
        .Replace("  db:", $"  {Name("db", group)}:", StringComparison.Ordinal).Replace("{ db:", $"{{ {Name("db", group)}:", StringComparison.Ordinal)
        .Replace("  web:", $"  {Name("web", group)}:", StringComparison.Ordinal).Replace("  worker:", $"  {Name("worker", group)}:", StringComparison.Ordinal)
        .Replace("//db:", $"//{Name("db", group)}:", StringComparison.Ordinal).Replace("//web:", $"//{Name("web", group)}:", StringComparison.Ordinal)
        .Replace("\"data:", $"\"{Name("data", group)}:", StringComparison.Ordinal).Replace("route: /,", $"route: /{Name("web", group)},", StringComparison.Ordinal);

    private static Service Named(Service template, int group) => template with
    {
        Name = Name(template.Name, group),
        DependsOn = [.. template.DependsOn.Select(d => d with { Service = Name(d.Service, group) })],
        Environment = template.Environment.ToImmutableSortedDictionary(e => e.Key, e => Renamed(e.Value, group), StringComparer.Ordinal),
        Mounts = [.. template.Mounts.Select(m => m with { Source = Name("data", group) })],
        Delivery = template.Delivery with { Route = template.Delivery.Route is { } route ? route with { Path = "/" + Name("web", group) } : null },
    };

    private static string Name(string kind, int group) => string.Create(CultureInfo.InvariantCulture, $"{kind}{group:0000}");

    private sealed class TwoFiles : ISourceFiles
    {
        public ReadOnlyMemory<byte>? TryRead(string path) => path switch
        {
            "compose.yaml" => Encoding.UTF8.GetBytes(Compose),
            "towpath.yaml" => Encoding.UTF8.GetBytes(Ladder),
            _ => (ReadOnlyMemory<byte>?)null,
        };

        public IEnumerable<SourceFile> List() => [new("compose.yaml", Compose.Length), new("towpath.yaml", Ladder.Length)];

        public bool FolderExists(string path) => path == ".";
    }
}
