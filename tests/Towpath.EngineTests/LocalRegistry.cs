using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Towpath.EngineTests;

/// <summary>Debian's registry (docker-registry) on this machine, with its storage in a temporary folder.</summary>
internal sealed class LocalRegistry : IAsyncDisposable
{
    public const string User = "ann";
    public const string Password = "wrong horse";

    private const string Program = "/usr/bin/docker-registry";

    // The password by bcrypt, the only form that this registry takes.
    private const string Accounts = User + ":$2b$04$JrF/lV4H3CP1MzuxbatHqOJavLCAwbizHNrMl0fYz/JalQrJdIvUq\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-registry-").FullName;
    private readonly int _port = FreePort();
    private Process? _process;

    public static bool IsInstalled => File.Exists(Program);

    public string Host => $"127.0.0.1:{_port}";

    public static async Task<LocalRegistry> StartAsync(bool wantsPassword = false)
    {
        var registry = new LocalRegistry();
        await File.WriteAllTextAsync(Path.Combine(registry._folder, "accounts"), Accounts);
        await File.WriteAllTextAsync(
            Path.Combine(registry._folder, "config.yml"),
            $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{registry._folder}}/data }, delete: { enabled: true } }
            http: { addr: {{registry.Host}}, secret: tests }
            {{(wantsPassword ? $"auth: {{ htpasswd: {{ realm: tests, path: {registry._folder}/accounts }} }}" : "")}}
            """);
        await registry.RunAsync();
        return registry;
    }

    /// <summary>Starts it, again after it was killed, and waits until it answers.</summary>
    public async Task RunAsync()
    {
        _process = Process.Start(new ProcessStartInfo(Program, ["serve", Path.Combine(_folder, "config.yml")]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://{Host}/v2/"));
                return;
            }
            catch (HttpRequestException) when (attempt < 300 && !_process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public ValueTask DisposeAsync()
    {
        if (_process is not null) Kill();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
