namespace Towpath.Bench;

/// <summary>
/// The example's files under another name and port, with one environment, and with an environment variable in each service that a benchmark
/// turns to give the service a new revision.
/// </summary>
internal sealed class ShopSource
{
    /// <summary>Services that keep nothing: several may run side by side.</summary>
    public static readonly string[] Stateless = ["web", "api", "worker"];

    /// <summary>Services with a volume: the old one must end before the new one starts.</summary>
    public static readonly string[] Stateful = ["db", "queue"];

    private const string Variable = "BENCH_ROUND";
    private readonly string _application;
    private readonly Repository _repository;
    private readonly string[] _compose;
    private readonly Dictionary<string, int> _rounds = Stateless.Concat(Stateful).ToDictionary(s => s, _ => 0);

    /// <summary>Writes the application's files into a repository.</summary>
    public ShopSource(Ground ground, Repository repository, string application, int port)
    {
        _application = application;
        _repository = repository;
        var shop = Path.Combine(ground.Home, "examples", "shop");
        repository.Copy(shop);
        _compose = File.ReadAllLines(Path.Combine(shop, "compose.yaml"));
        repository.Write("towpath.yaml", $$"""
            application: {{application}}
            environments:
              production:
                port: {{port}}
                services:
                  web: { replicas: 2 }
                  api: { replicas: 2 }
                verify: [smoke, products]
            verify:
              smoke: { get: /api/healthz, expect: 200, within: 30s }
              products: { get: /api/products, expect: 200, contains: price, within: 30s }
            """);
        Turn(0);
    }

    /// <summary>Gives services a new revision.</summary>
    public void Turn(int round, params IReadOnlyList<string> services)
    {
        foreach (var service in services) _rounds[service] = round;
        var lines = new List<string>();
        string? block = null;
        foreach (var line in _compose.Select(l => l == "name: shop" ? $"name: {_application}" : l))
        {
            lines.Add(line);
            if (line.StartsWith("  ", StringComparison.Ordinal) && _rounds.ContainsKey(line.Trim(' ', ':')) && line[2] != ' ')
            {
                block = line.Trim(' ', ':');
                // The page has no environment of its own in the example.
                if (block == "web") lines.AddRange(["    environment:", Line(block)]);
            }

            if (line == "    environment:" && block is not null) lines.Add(Line(block));
            if (line == "volumes:") block = null;
        }

        _repository.Write("compose.yaml", string.Join('\n', lines) + "\n");
    }

    private string Line(string service) => $"      {Variable}: \"{_rounds[service]}\"";
}
