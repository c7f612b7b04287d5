using System.Net;

namespace Towpath.Bench;

/// <summary>
/// The shop as it is often run: containers started by hand on one network, a plain HAProxy in front, and a new version put in by stopping the
/// old containers and starting new ones. It uses the images that Towpath built.
/// </summary>
internal sealed class NaiveShop : IAsyncDisposable
{
    private const string Prefix = "10.248.81.";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly (string Name, string Service)[] Replaced =
        [("worker", "worker"), ("api-1", "api"), ("api-2", "api"), ("web-1", "web"), ("web-2", "web")];

    private readonly Ground _ground;
    private readonly string _name;
    private readonly string _secrets;

    private NaiveShop(Ground ground, string name, int port)
    {
        _ground = ground;
        _name = name;
        Port = port;
        _secrets = Path.Combine(ground.Root, name);
    }

    /// <summary>Where it answers.</summary>
    public int Port { get; }

    /// <summary>Image of each service.</summary>
    public required IReadOnlyDictionary<string, string> Images { get; init; }

    /// <summary>Makes it ready to start: what an earlier run left is removed, and its files are written.</summary>
    public static async Task<NaiveShop> PrepareAsync(
        Ground ground, string name, int port, IReadOnlyDictionary<string, string> images, CancellationToken cancellationToken)
    {
        var shop = new NaiveShop(ground, name, port) { Images = images };
        await shop.RemoveAsync(cancellationToken);
        shop.WriteFiles();
        return shop;
    }

    /// <summary>Starts all of it and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _ground.PodmanAsync(["network", "create", "--subnet", $"{Prefix}0/24", _name], cancellationToken);
        await StartBackingAsync(cancellationToken);
        await RunAsync("migrate", "api", ["--rm", .. Settings(0)], ["python3", "-m", "shop.migrate"], cancellationToken);
        foreach (var (name, service) in Replaced) await RunAsync(name, service, ["--detach", .. Settings(0)], [], cancellationToken);
        await _ground.PodmanAsync(
            ["run", "--detach", "--name", $"{_name}-proxy", "--network", _name, "--publish", $"127.0.0.1:{Port}:8080",
             "--volume", $"{_secrets}/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro", "docker.io/library/haproxy:2.6"], cancellationToken);
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Stops the containers of some services, service by service, and starts new ones; then waits until the shop answers again.</summary>
    public async Task ReplaceAsync(int round, IReadOnlyCollection<string> services, CancellationToken cancellationToken)
    {
        foreach (var service in Replaced.Where(r => services.Contains(r.Service)).GroupBy(r => r.Service))
        {
            var names = service.Select(r => $"{_name}-{r.Name}").ToList();
            await _ground.PodmanAsync(["stop", .. names], cancellationToken);
            await _ground.PodmanAsync(["rm", .. names], cancellationToken);
            foreach (var (name, image) in service) await RunAsync(name, image, ["--detach", .. Settings(round)], [], cancellationToken);
        }

        await ReadyAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await RemoveAsync(CancellationToken.None);

    private async Task StartBackingAsync(CancellationToken cancellationToken)
    {
        await RunAsync("db", "db", ["--detach", "--network-alias", "db", .. Secret("db_password"),
            "--env", "POSTGRES_USER=shop", "--env", "POSTGRES_DB=shop", "--env", "POSTGRES_PASSWORD_FILE=/run/secrets/db_password"], [], cancellationToken);
        await RunAsync("queue", "queue", ["--detach", "--network-alias", "queue",
            "--env", "RABBITMQ_DEFAULT_USER=shop", "--env", "RABBITMQ_NODENAME=rabbit@localhost",
            "--env", "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
            // The image gives the file to its own user, so it is not mounted read-only.
            "--volume", $"{_secrets}/90-password.conf:/etc/rabbitmq/conf.d/90-password.conf"], [], cancellationToken);
        await UntilAsync(() => SucceedsAsync(["exec", $"{_name}-db", "pg_isready", "-q", "-h", "127.0.0.1", "-U", "shop", "-d", "shop"], cancellationToken), cancellationToken);
        await UntilAsync(() => SucceedsAsync(["exec", $"{_name}-queue", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5672"], cancellationToken), cancellationToken);
    }

    private Task<string> RunAsync(string name, string service, IReadOnlyList<string> more, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        _ground.PodmanAsync(
            ["run", "--name", $"{_name}-{name}", "--network", _name, .. more, Images[service], .. command], cancellationToken);

    private string[] Settings(int round) =>
        ["--env", "DB_HOST=db", "--env", "QUEUE_HOST=queue", "--env", $"BENCH_ROUND={round}", .. Secret("db_password"), .. Secret("queue_password")];

    private string[] Secret(string name) => ["--volume", $"{_secrets}/{name}:/run/secrets/{name}:ro"];

    private void WriteFiles()
    {
        Directory.CreateDirectory(_secrets);
        const string Password = "only-for-the-benchmark";
        Write("db_password", Password);
        Write("queue_password", Password);
        Write("90-password.conf", $"default_pass = {Password}\n");
        Write("haproxy.cfg", $$"""
            global
              maxconn 4000
            resolvers podman
              nameserver dns {{Prefix}}1:53
              hold valid 1s
            defaults
              mode http
              default-server check inter 1s resolvers podman init-addr libc,none
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            frontend public
              bind :8080
              use_backend api if { path_beg /api/ }
              default_backend web
            backend api
              http-request replace-path /api(/.*) \1
              server api-1 {{_name}}-api-1:8000
              server api-2 {{_name}}-api-2:8000
            backend web
              server web-1 {{_name}}-web-1:80
              server web-2 {{_name}}-web-2:80

            """);
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_secrets, name);
        File.WriteAllText(file, text);
        // Containers read it as users of their own.
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(2) };
        foreach (var path in new[] { "/api/healthz", "/api/products", "/" })
        {
            await UntilAsync(async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    return false;
                }
            }, cancellationToken);
        }
    }

    private async Task<bool> SucceedsAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            await _ground.PodmanAsync(arguments, cancellationToken);
            return true;
        }
        catch (BenchException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        var giveUp = TimeProvider.System.GetUtcNow() + Patience;
        while (!await holds())
        {
            if (TimeProvider.System.GetUtcNow() > giveUp) throw new BenchException("the shop that was started by hand does not become ready");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        string[] names = ["proxy", "migrate", "db", "queue", .. Replaced.Select(r => r.Name)];
        await _ground.PodmanAsync(["rm", "--force", "--ignore", "--volumes", "--time", "2", .. names.Select(n => $"{_name}-{n}")], cancellationToken);
        await SucceedsAsync(["network", "rm", _name], cancellationToken);
    }
}
