namespace Towpath.EngineTests.Environments;

/// <summary>An application of one service: a page that says a word.</summary>
internal static class Pages
{
    /// <summary>The command that shows the page.</summary>
    public const string Serves = "[httpd, -f, -p, '8080', -h, /www]";

    private const string Migrates = "[sh, -c, 'cat /run/secrets/token | wc -c']";

    /// <summary>Its Compose file.</summary>
    public static string Of(string text, string image, string command = Serves, int replicas = 2, string migrate = Migrates) => $$"""
        services:
          web:
            image: {{image}}
            command: {{command}}
            init: true
            stop_grace_period: 3s
            configs: [{ source: page, target: /www/index.html }]
            secrets: [token]
            ports: ["8080"]
            deploy: { replicas: {{replicas}}, resources: { limits: { cpus: "0.2", memory: 32M } } }
            x-towpath: { health: /index.html, route: /, migrate: {{migrate}} }
        configs: { page: { content: "{{text}}" } }
        secrets: { token: { x-towpath: { generate: 32 } } }
        """;
}
