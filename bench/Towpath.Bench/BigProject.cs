using System.Globalization;
using System.Text;

namespace Towpath.Bench;

/// <summary>A Compose project of any size: each service has 41 lines that use what real ones use, and no line that only one side can read.</summary>
internal static class BigProject
{
    private const int Volumes = 50;
    private const int ChainLength = 10;

    /// <summary>Writes <c>compose.yaml</c> and the build folders, which docker-compose wants to see.</summary>
    /// <returns>The number of lines.</returns>
    public static int Write(string folder, int services)
    {
        var text = new StringBuilder("version: \"3.8\"\nservices:\n");
        for (var i = 0; i < services; i++)
        {
            Directory.CreateDirectory(Path.Combine(folder, Name(i)));
            Append(text, i);
        }

        text.Append("networks:\n  front: {}\n  back: {}\nvolumes:\n");
        for (var i = 0; i < Volumes; i++) text.Append(CultureInfo.InvariantCulture, $"  data{i}: {{}}\n");
        var whole = text.ToString();
        File.WriteAllText(Path.Combine(folder, "compose.yaml"), whole);
        return whole.Count(c => c == '\n');
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"s{i:00000}");

    private static void Append(StringBuilder text, int i)
    {
        var name = Name(i);
        text.Append(CultureInfo.InvariantCulture, $$"""
              {{name}}:
                image: registry.example.com/team/{{name}}:1.{{i % 20}}.0
                build:
                  context: ./{{name}}
                  dockerfile: Dockerfile
                  args:
                    VERSION: "1.{{i % 20}}.0"
                command: ["serve", "--port", "8080"]
                environment:
                  LOG_LEVEL: ${LOG_LEVEL:-info}
                  DATABASE_URL: postgres://db:5432/{{name}}
                  FEATURE_A: "true"
                  WORKERS: 4
                ports:
                  - "{{20000 + i}}:8080"
                  - target: 9090
                    protocol: tcp
                volumes:
                  - data{{i % Volumes}}:/var/lib/data
                  - ./conf/{{name}}:/etc/conf:ro
                networks:
                  front:
                    aliases: [alias-{{i}}]
                  back:
                healthcheck:
                  test: ["CMD", "curl", "-f", "http://localhost:8080/healthz"]
                  interval: 10s
                  timeout: 2s
                  retries: 3
                deploy:
                  resources:
                    limits: { cpus: "0.50", memory: 128M }
                    reservations: { memory: 64M }
                labels:
                  com.example.team: backend
                  com.example.tier: "{{i % 3}}"
                restart: unless-stopped
                stop_grace_period: 20s

            """);
        if (i % ChainLength != 0) text.Append(CultureInfo.InvariantCulture, $"    depends_on:\n      {Name(i - 1)}:\n        condition: service_healthy\n");
    }
}
