using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Towpath.Core.Applications;
using Towpath.Core.Dockerfiles;

namespace Towpath.Core.Onboarding;

/// <summary>What the files of one service say about it.</summary>
internal sealed partial class ServiceScan
{
    private const int DeepestMarker = 2;
    private readonly ServiceOutline _service;
    private readonly RepositoryFiles _files;
    private readonly ImmutableArray<string> _paths;
    private readonly string _folder;

    /// <summary>Prepares it.</summary>
    /// <param name="service">The service.</param>
    /// <param name="files">The repository.</param>
    /// <param name="others">Folders of other services, which are not this one's.</param>
    public ServiceScan(ServiceOutline service, RepositoryFiles files, IEnumerable<string> others)
    {
        _service = service;
        _files = files;
        _folder = FolderOf(service, files);
        var foreign = others.Where(o => o != _folder && (_folder == "." || o.StartsWith(_folder + "/", StringComparison.Ordinal))).Select(o => o + "/").ToList();
        _paths = service.Context is null ? [] : [.. files.Below(_folder).Where(p => !foreign.Exists(f => p.StartsWith(f, StringComparison.Ordinal)))];
        Framework = service.Context is null ? null : FindFramework();
        Port = service.Ports.IsEmpty ? FindPort() : null;
    }

    /// <summary>What it is made with, and the file that says so.</summary>
    public (Framework Framework, string Source)? Framework { get; }

    /// <summary>Its port with the place that says so, where the Compose file does not.</summary>
    public (int Number, string Source)? Port { get; }

    /// <summary>The port that it listens on, from wherever it is known; null for none.</summary>
    public int? Listens => _service.Ports.IsEmpty ? Port?.Number : _service.Ports[0];

    /// <summary>The port is known from the habit of the framework only.</summary>
    public bool IsPortAssumed => Framework is { } made && Port is { } port && port.Source == made.Source;

    /// <summary>It answers HTTP requests.</summary>
    public bool SpeaksHttp => Listens is { } port && !Worker().IsMatch(_service.Command) && !WireProtocols.IsOther(port) && (_service.Context is not null || _service.IsPublished);

    /// <summary>The folder that its source lies in.</summary>
    public string Folder => _folder;

    /// <summary>The paths at which it says how it is.</summary>
    public ImmutableArray<HealthRoute> HealthRoutes() => HealthSearch.In(_paths, _files.Text);

    /// <summary>How its schema is brought up to date, and the place that says so; null for none.</summary>
    public (MigrationTool Tool, string Source)? Migrations() => MigrationTool.All
        .Select(tool => (Tool: tool, Source: tool.FoundIn(_folder, _paths)))
        .Where(found => found.Source is not null)
        .Select(found => ((MigrationTool, string)?)(found.Tool, found.Source!))
        .FirstOrDefault();

    /// <summary>Its API description: the one nearest to the top; null for none.</summary>
    public string? ApiDescription() => _paths.Where(p => ApiFile().IsMatch(p)).OrderBy(p => p.Count(c => c == '/')).ThenBy(p => p, StringComparer.Ordinal).FirstOrDefault();

    // A Dockerfile in a folder of its own inside a larger context belongs to the source beside it.
    private static string FolderOf(ServiceOutline service, RepositoryFiles files)
    {
        var context = service.Context ?? ".";
        var slash = service.Dockerfile?.LastIndexOf('/') ?? -1;
        var beside = slash < 0 ? "." : service.Dockerfile![..slash];
        return beside != context && files.Below(beside).Any(p => Onboarding.Framework.All.Any(f => f.IsSaidBy(p, files.Text))) ? beside : context;
    }

    private (Framework, string)? FindFramework()
    {
        var depth = _folder == "." ? 0 : _folder.Count(c => c == '/') + 1;
        var near = _paths.Where(p => p.Count(c => c == '/') - depth < DeepestMarker).ToList();
        foreach (var framework in Onboarding.Framework.All)
        {
            if (near.Find(p => framework.IsSaidBy(p, _files.Text)) is { } source)
            {
                return (framework, source);
            }
        }

        return null;
    }

    private (int, string)? FindPort()
    {
        if (_service.Dockerfile is not { } path || _files.Text(path) is not { } text)
        {
            return null;
        }

        var file = Dockerfiles.Dockerfile.Parse(path, text);
        if (file.Stage(_service.Target) is { } stage)
        {
            var image = DockerfileImage.Of(file, stage, ImmutableDictionary<string, string>.Empty);
            if (image.Ports.FirstOrDefault(p => p.Protocol == "tcp") is { } exposed)
            {
                return (exposed.Port, $"{path}:{exposed.Word.Location.Line}");
            }

            foreach (var command in new[] { image.Command, image.Entrypoint })
            {
                if (command is not null && PortOf(string.Join(' ', command.Words)) is { } said)
                {
                    return (said, $"{path}:{command.Line}");
                }
            }
        }

        return PortOf(_service.Command) is { } given ? (given, _service.Location.ToString())
            : Framework is { Framework.Port: { } habit } made && !Worker().IsMatch(_service.Command) ? (habit, made.Source)
            : null;
    }

    private static int? PortOf(string command) =>
        CommandPort().Match(command) is { Success: true } match && int.TryParse(match.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : null;

    [GeneratedRegex(@"(?:--port[= ]|-p |--bind[= ]\S*:|-b \S*:|0\.0\.0\.0:)(?<port>\d{2,5})\b", RegexOptions.None, 1000)]
    private static partial Regex CommandPort();

    [GeneratedRegex(@"\b(?:worker|celery|sidekiq|consumer|scheduler|cron|rq|queue:work|beat)\b", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Worker();

    [GeneratedRegex(@"(?:^|/)(?:openapi|swagger)\.(?:ya?ml|json)$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex ApiFile();
}

/// <summary>Ports at which something other than HTTP is spoken.</summary>
internal static class WireProtocols
{
    private static readonly HashSet<int> Known =
        [21, 22, 25, 53, 110, 143, 389, 443, 465, 587, 636, 853, 1433, 1521, 1883, 2049, 2181, 3306, 4222, 5222, 5432, 5671, 5672, 6379, 6380, 8883, 9042, 9092, 9300, 11211, 25565, 27017];

    /// <summary>Whether that is known of a port.</summary>
    public static bool IsOther(int port) => Known.Contains(port);
}

/// <summary>Images that keep data, by the last part of their name.</summary>
internal static class Databases
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["postgres"] = "PostgreSQL",
        ["postgis"] = "PostgreSQL",
        ["timescaledb"] = "PostgreSQL",
        ["mysql"] = "MySQL",
        ["mariadb"] = "MariaDB",
        ["mongo"] = "MongoDB",
        ["redis"] = "Redis",
        ["valkey"] = "Valkey",
        ["rabbitmq"] = "RabbitMQ",
        ["elasticsearch"] = "Elasticsearch",
        ["cassandra"] = "Cassandra",
        ["influxdb"] = "InfluxDB",
        ["clickhouse-server"] = "ClickHouse",
        ["server"] = "SQL Server",
    };

    /// <summary>What an image keeps data as; null for one that is not known.</summary>
    public static string? Name(string? image)
    {
        var name = image is null ? null : ImageReference.Parse(image).Name;
        return name is null || (name == "server" && !image!.Contains("mssql", StringComparison.Ordinal)) ? null : Known.GetValueOrDefault(name);
    }
}
