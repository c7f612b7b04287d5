using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes.Layouts;

/// <summary>Applications as layouts take them: compiled for each environment of their ladder.</summary>
internal static class Rendered
{
    /// <summary>The example of the README.</summary>
    public static ImmutableArray<RenderedEnvironment> Shop(KubernetesVersion? version = null) => Of(FakeSourceFiles.FromFolder(RepositoryRoot.Combine("examples", "shop")), version: version);

    /// <summary>An application of two texts.</summary>
    public static ImmutableArray<RenderedEnvironment> Of(string compose, string ladder, Func<EnvironmentSpec, EnvironmentSpec>? change = null) =>
        Of(new FakeSourceFiles(("compose.yaml", compose), ("towpath.yaml", ladder)), change);

    /// <summary>An application that a seed makes: services with all that differs between environments, and much that does not.</summary>
    public static ImmutableArray<RenderedEnvironment> Made(int seed, KubernetesVersion? version = null)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(0, random.Next(1, 6)).Select(i => $"s{i}").ToList();
        var compose = new StringBuilder("name: made\nservices:\n");
        var stateful = new HashSet<string>();
        for (var i = 0; i < names.Count; i++)
        {
            if (Append(compose, names, i, random))
            {
                stateful.Add(names[i]);
            }
        }

        compose.Append("volumes:\n  data: {}\n  shared: {}\n");
        var ladder = new StringBuilder("application: made\nenvironments:\n");
        foreach (var environment in new[] { "low", "middle", "high" }.Take(random.Next(1, 4)))
        {
            Append(ladder, environment, names, stateful, random);
        }

        var hosts = random.Next(2) == 0;
        return Of(
            new FakeSourceFiles(("compose.yaml", compose.ToString()), ("towpath.yaml", ladder.ToString())), e => e with { Kubernetes = Cluster(e.Name, random, hosts) }, version);
    }

    private static ImmutableArray<RenderedEnvironment> Of(FakeSourceFiles files, Func<EnvironmentSpec, EnvironmentSpec>? change = null, KubernetesVersion? version = null)
    {
        var (application, diagnostics) = ApplicationReader.Read(files, []);
        application.ShouldNotBeNull(string.Join('\n', diagnostics.Select(d => $"{d.Code} {d.Headline} {d.Location}")));
        return
        [
            .. RenderedEnvironment.Of(application.Ladder).Select(change ?? (e => e)).Select(environment =>
            {
                var request = SourceImages.Request(application, environment, files, "1", version ?? KubernetesVersion.Current);
                return new RenderedEnvironment(request, KubernetesCompiler.Compile(request).Objects);
            }),
        ];
    }

    private static bool Append(StringBuilder text, List<string> names, int i, Random random)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {names[i]}:\n    image: \"registry.example.com/{names[i]}:{random.Next(3)}\"\n");
        text.Append("    environment:\n      GREETING: \"{{ .Values.namespace }} made-low {{- x }} 100% {a}\"\n");
        if (random.Next(2) == 0)
        {
            text.Append("    command: [\"sh\", \"-c\", \"echo '{{' | tr a b\\nsleep 1\\n" + (random.Next(2) == 0 ? "\\n" : "") + "\"]\n");
        }

        if (i > 0 && random.Next(2) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"    depends_on:\n      {names[random.Next(i)]}: {{ condition: service_healthy }}\n");
        }

        var isStateful = random.Next(4) == 0;
        if (isStateful)
        {
            text.Append("    volumes: [\"data:/data\", \"shared:/shared\"]\n");
        }

        text.Append("    x-towpath:\n      owner: team\n");
        if (random.Next(2) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"      port: 8080\n      route: /{names[i]}\n      health: /healthz\n");
        }

        if (random.Next(3) == 0)
        {
            text.Append("      migrate: python -m migrate\n");
        }

        return isStateful;
    }

    private static void Append(StringBuilder text, string environment, List<string> names, HashSet<string> stateful, Random random)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {environment}:\n    ready: {random.Next(1, 4) * 20}s\n");
        if (random.Next(2) == 0)
        {
            text.Append(random.Next(2) == 0 ? "    strategy: blue-green\n" : "    strategy: { canary: { steps: [10%, 50%], interval: 10s } }\n");
        }

        text.Append("    services:\n");
        foreach (var name in names.Where(_ => random.Next(3) > 0).DefaultIfEmpty(names[0]))
        {
            text.Append(CultureInfo.InvariantCulture, $"      {name}: {{ replicas: {(stateful.Contains(name) ? 1 : random.Next(1, 4))}, environment: {{ LEVEL: \"{environment}\" }} }}\n");
        }
    }

    private static KubernetesSpec Cluster(string environment, Random random, bool hosts) => new()
    {
        Namespace = random.Next(3) == 0 ? $"space-{environment}" : null,
        Entry = (EntryKind)random.Next(4),
        EntryClass = random.Next(2) == 0 ? "nginx" : null,
        Host = hosts || random.Next(2) == 0 ? $"{environment}.example.com" : null,
        TlsSecret = random.Next(2) == 0 ? $"{environment}-tls" : null,
        TlsIssuer = random.Next(3) == 0 ? "letsencrypt" : null,
    };
}
