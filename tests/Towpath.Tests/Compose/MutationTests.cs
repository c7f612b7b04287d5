using System.Text;
using Towpath.Core.Compose.Printing;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose;

/// <summary>
/// Files of people, changed at random: the loader never throws, tells every error with its place, and says the same again when asked
/// again. A failure prints its seed, which repeats it.
/// </summary>
public sealed class MutationTests
{
    private const int Rounds = 400;
    private static readonly string[] WithoutPlace = ["TP1001", "TP1090"];

    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["compose.yaml"] = """
            name: shop
            include: [{ path: [inner.yaml], env_file: .env }]
            x-common: &common { restart: always, environment: { A: "1", B: "${B:-x}" } }
            services:
              web:
                <<: [*common]
                extends: { file: base.yaml, service: base }
                ports: ["8080:80", { target: 90, published: "9090" }]
                volumes: [data:/data, ./www:/www:ro]
                depends_on: { db: { condition: service_healthy } }
                deploy: { replicas: "${N:-2}" }
              db: { extends: web, image: "postgres:${TAG?}", ports: !reset [], depends_on: !override [] }
            volumes: { data: }
            """,
        ["compose.override.yaml"] = "services:\n  web: { ports: !override ['1:1'], environment: [A=2, C], labels: { a: !reset } }\n---\nservices: { db: { healthcheck: { test: x } } }\n",
        ["inner.yaml"] = "services: { queue: { image: rabbit, networks: [n] } }\nnetworks: { n: { ipam: { config: [{ subnet: 10.0.0.0/8 }] } } }\n",
        ["base.yaml"] = "services:\n  base: { extends: root, build: ./x, env_file: [{ path: .env, required: false }] }\n  root: { image: nginx, networks: [n, m] }\n",
        [".env"] = "B=\"x\\n$A\"\nexport TAG='15'\nN=3\n",
    };

    public static TheoryData<int> Seeds() => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Load_MutatedFiles_NeverThrowsAndTellsPlaces(int seed) => Run(seed, _ => Own.ToDictionary(f => f.Key, f => Encoding.UTF8.GetBytes(f.Value)));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Load_MutatedCorpora_NeverThrowsAndTellsPlaces(int seed)
    {
        Corpora.Require();
        var projects = new[] { "compose-valid", "compose-invalid", "kompose" }
            .SelectMany(set => Directory.GetDirectories(Path.Combine(Corpora.Folder, set)))
            .Select(folder => Path.Combine(folder, "project"))
            .Where(Directory.Exists)
            .Order(StringComparer.Ordinal)
            .ToList();
        Run(seed, random => Read(projects[random.Next(projects.Count)]));
    }

    private static Dictionary<string, byte[]> Read(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(folder, f), File.ReadAllBytes);

    private static void Run(int seed, Func<Random, Dictionary<string, byte[]>> files)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var project = files(random);
            var changed = project.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(project.Count));
            project[changed] = Mutation.Of(project[changed], random);
            try
            {
                var first = Told(project);
                Told(project).ShouldBe(first);
            }
            catch (Exception fault)
            {
                Assert.Fail($"seed {seed}, round {round}, {changed}: {fault}\n{Encoding.UTF8.GetString(project[changed])}");
            }
        }
    }

    private static string Told(Dictionary<string, byte[]> project)
    {
        var files = new FakeComposeFiles();
        foreach (var (path, bytes) in project)
        {
            files.Add(path, bytes);
        }

        var main = project.Keys.Where(k => !k.Contains('/') && k.EndsWith("ml", StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault();
        var usual = project.ContainsKey("compose.yaml") || main is null;
        var reading = files.Load(r => r with { Files = usual ? [] : [$"{FakeComposeFiles.Root}/{main}"] });
        var errors = reading.Diagnostics.Where(d => d.Severity == Severity.Error).ToList();
        errors.Where(d => d.Location is null).Select(d => d.Code).Except(WithoutPlace).ShouldBeEmpty();
        using var stream = new MemoryStream();
        if (errors.Count == 0)
        {
            CanonicalJson.Write(reading.Project.ShouldNotBeNull(), stream);
        }

        return DiagnosticWriter.Write(reading.Diagnostics) + Encoding.UTF8.GetString(stream.ToArray());
    }
}
