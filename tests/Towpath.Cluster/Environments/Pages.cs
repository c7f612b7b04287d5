namespace Towpath.Cluster.Environments;

/// <summary>An application of one service: a page that says a word.</summary>
internal static class Pages
{
    /// <summary>Its Compose file.</summary>
    public static string Of(string text, string image, string command = "[httpd, -f, -p, '8080', -h, /www]", int replicas = 2) => $$"""
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
            x-towpath: { health: /index.html, route: /, migrate: [sh, -c, "cat /run/secrets/token | wc -c"] }
        configs: { page: { content: "{{text}}" } }
        secrets: { token: { x-towpath: { generate: 32 } } }
        """;
}
