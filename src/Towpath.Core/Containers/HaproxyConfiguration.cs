using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Containers;

/// <summary>Where HAProxy finds its files and listens; the defaults are those of a gateway's container.</summary>
/// <param name="Folder">Folder of configuration and sockets, as HAProxy sees it.</param>
/// <param name="BindAddress">Address to listen on; empty for all.</param>
/// <param name="PublicPort">Port of the public entry.</param>
/// <param name="MetricsPort">Port of the metrics.</param>
/// <param name="Wait">How long a request waits for a replica to be up; at most one minute.</param>
public sealed record HaproxyOptions(string Folder, string BindAddress, int PublicPort, int MetricsPort, TimeSpan Wait)
{
    /// <summary>In a gateway's container.</summary>
    public static HaproxyOptions Container { get; } =
        new("/run/towpath", "", GatewayPorts.Public, GatewayPorts.Metrics, TimeSpan.FromSeconds(30));

    /// <summary>The configuration's path.</summary>
    public string ConfigurationPath => $"{Folder}/{HaproxyConfiguration.FileName}";

    /// <summary>Socket for commands to the current worker, which also hands its listeners over.</summary>
    public string SocketPath => $"{Folder}/{HaproxyConfiguration.SocketName}";

    /// <summary>A master's socket, which knows of workers that a reload left behind.</summary>
    public string MasterSocketPath(int generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{Folder}/{HaproxyConfiguration.MasterSocketPrefix}{generation}.sock");
}

/// <summary>
/// Writes HAProxy's configuration for an environment. The same input gives the same text. The text has a structure (listeners,
/// routes, backends), whose change needs a reload, and server lines, which follow the replicas that the running HAProxy was told of,
/// so that a restart finds them.
/// </summary>
public static partial class HaproxyConfiguration
{
    /// <summary>Configuration file in the gateway's folder.</summary>
    public const string FileName = "haproxy.cfg";

    /// <summary>Lua file in the gateway's folder.</summary>
    public const string LuaFileName = "gateway.lua";

    /// <summary>Socket for commands to the current worker.</summary>
    public const string SocketName = "haproxy.sock";

    /// <summary>Begins the names of the sockets for commands to the master processes, one for each generation.</summary>
    public const string MasterSocketPrefix = "master-";

    /// <summary>Variable with the generation of the proxy that reads the configuration.</summary>
    public const string GenerationVariable = "TOWPATH_GENERATION";

    /// <summary>Socket of the private route.</summary>
    public const string PrivateSocketName = "private.sock";

    /// <summary>On the private route: in a request, the replica that is to answer; in an answer, the one that did.</summary>
    public const string ServerHeader = "X-Towpath-Server";

    /// <summary>The public entry, as HAProxy's tables name it.</summary>
    public const string EntryName = "public";

    /// <summary>Table of slow answers, by <see cref="EntryName"/> and by <c>backend/server</c>.</summary>
    public const string SlowTable = "towpath:slow";

    private const string BackendLine = "backend ";
    private const string ServerLine = "    server ";
    private const string DescriptionLine = "    description ";

    /// <summary>The whole configuration.</summary>
    /// <exception cref="ArgumentException">A name, path, port or address is not plain, or a route names no backend.</exception>
    public static string Write(GatewayDesired desired, IReadOnlyList<GatewayServer> servers, HaproxyOptions options)
    {
        Check(desired, options);
        var body = new StringBuilder();
        AppendDefaults(body);
        AppendPublic(body, desired, options);
        foreach (var port in desired.Backends.Select(b => b.Port).Distinct().Order())
            AppendInternal(body, desired, port, options);
        AppendPrivate(body, desired, options);
        AppendMetrics(body, options);
        AppendSlowTable(body, desired);
        foreach (var backend in desired.Backends.OrderBy(b => b.Service, StringComparer.Ordinal))
            AppendBackend(body, desired, backend, options);

        var global = new StringBuilder();
        AppendGlobal(global, desired, options);
        var structure = global.ToString() + body;
        return WithServers(structure.Replace(DescriptionLine + "\"STRUCTURE ", DescriptionLine + $"\"{Digest(structure + Lua)} ", StringComparison.Ordinal), servers);
    }

    /// <summary>The same structure with these servers; servers of a backend that is not in it are left out.</summary>
    public static string WithServers(string configuration, IReadOnlyList<GatewayServer> servers)
    {
        var byBackend = servers.ToLookup(s => s.Backend, StringComparer.Ordinal);
        var text = new StringBuilder(configuration.Length);
        string? backend = null;
        foreach (var line in configuration.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith(ServerLine, StringComparison.Ordinal)) continue;
            if (line.Length == 0) AppendServers(text, byBackend, ref backend);
            if (line.StartsWith(BackendLine, StringComparison.Ordinal)) backend = line[BackendLine.Length..];
            text.Append(line).Append('\n');
        }

        AppendServers(text, byBackend, ref backend);
        return text.ToString();
    }

    /// <summary>The servers that stand in a configuration that Towpath wrote, in its order; lines that are not such servers are passed over.</summary>
    public static ImmutableArray<GatewayServer> ServersOf(string configuration)
    {
        var servers = ImmutableArray.CreateBuilder<GatewayServer>();
        var backend = "";
        foreach (var line in configuration.Split('\n'))
        {
            if (line.StartsWith(BackendLine, StringComparison.Ordinal)) backend = line[BackendLine.Length..];
            if (!line.StartsWith(ServerLine, StringComparison.Ordinal)) continue;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var weight = Array.IndexOf(words, "weight");
            if (words.Length > 2 && words[2].Split(':') is [var address, var port] && weight > 0 && weight + 1 < words.Length
                && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && int.TryParse(words[weight + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var share))
                servers.Add(new GatewayServer(backend, words[1], address, number, share));
        }

        return servers.ToImmutable();
    }

    /// <summary>
    /// The mark of a configuration's structure. HAProxy shows it as its description, so that anyone can see which structure the
    /// running worker has loaded.
    /// </summary>
    /// <returns>16 hexadecimal digits; empty for a text that Towpath did not write.</returns>
    public static string StructureOf(string configuration)
    {
        var line = configuration.Split('\n').FirstOrDefault(l => l.StartsWith(DescriptionLine, StringComparison.Ordinal));
        return line?[DescriptionLine.Length..].Split(' ')[0].Trim('"') ?? "";
    }

    /// <summary>
    /// What follows the server's address, in the file and in <c>add server</c> alike (a server added at run time inherits nothing).
    /// Without both pool words such a server gets no kept connections; <c>observe</c> takes a killed replica out at its first refused
    /// connection.
    /// </summary>
    public static string ServerParameters(int weight) => string.Create(
        CultureInfo.InvariantCulture,
        $"check inter 500ms fastinter 100ms downinter 200ms rise 1 fall 2 maxconn 1000 pool-max-conn 200 pool-purge-delay 5s weight {weight} observe layer4 on-error mark-down error-limit 1");

    private static void AppendServers(StringBuilder text, ILookup<string, GatewayServer> servers, ref string? backend)
    {
        if (backend is null) return;
        foreach (var server in servers[backend].OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            server.Checked();
            text.Append(ServerLine).Append(server.Name).Append(' ').Append(server.Address).Append(':')
                .Append(CultureInfo.InvariantCulture, $"{server.Port} ").Append(ServerParameters(server.Weight)).Append('\n');
        }

        backend = null;
    }

    private static void Check(GatewayDesired desired, HaproxyOptions options)
    {
        if (desired.MaxConnections < 1) throw new ArgumentException("No connection is allowed.", nameof(desired));
        if (options.Wait > TimeSpan.FromMinutes(1)) throw new ArgumentException("The wait is too long.", nameof(options));
        GatewayTokens.Path(options.Folder);
        foreach (var backend in desired.Backends)
        {
            GatewayTokens.Name(backend.Service);
            GatewayTokens.Port(backend.Port);
            if (backend.HealthPath is not null) GatewayTokens.Path(backend.HealthPath);
            if (backend.Port == options.PublicPort || backend.Port == options.MetricsPort)
                throw new ArgumentException($"Port {backend.Port} of {backend.Service} is the gateway's own.", nameof(desired));
        }

        var services = desired.Backends.Select(b => b.Service).ToHashSet(StringComparer.Ordinal);
        if (services.Count != desired.Backends.Length) throw new ArgumentException("Two backends have one name.", nameof(desired));
        CheckRoutes(desired.Routes, services);
        if (desired.PrivateRoutes is { } routes) CheckRoutes(routes, services);
    }

    private static void CheckRoutes(ImmutableArray<GatewayRoute> routes, HashSet<string> services)
    {
        if (routes.Select(r => Prefix(r.Path)).Distinct(StringComparer.Ordinal).Count() != routes.Length)
            throw new ArgumentException("Two routes have one path.", nameof(routes));
        foreach (var route in routes)
        {
            GatewayTokens.Path(route.Path);
            if (!services.Contains(route.Service))
                throw new ArgumentException($"Route {route.Path} leads to {route.Service}, which is no backend.", nameof(routes));
        }
    }

    /// <summary>A route's path without its last slash: <c>/api/</c> means <c>/api</c>, and <c>/</c> is empty.</summary>
    private static string Prefix(string path) => path.TrimEnd('/');

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
