using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.EndToEnd;

/// <summary>A Towpath of the tests' own: the real program, with its state and its settings in a temporary folder, on the machine's Podman.</summary>
public sealed class Installation : IAsyncDisposable
{
    // On a fresh machine without a registry the images are made first.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-e2e-").FullName;
    private readonly int _port = Ports.Next();
    private string _program = AppContext.BaseDirectory;

    /// <summary>Why nothing can run here, or null.</summary>
    public static string? SkipReason =>
        !Environment.IsPrivilegedProcess ? "needs root"
        : FindOnPath("podman") is null ? "podman is not installed"
        : null;

    /// <summary>The control plane's state folder.</summary>
    public string State => Path.Combine(_folder, "state", "towpath");

    /// <summary>Variables that all verbs have.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>Where its control plane answers.</summary>
    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/"));

    /// <summary>A folder in a place of its own, for the sources of an application.</summary>
    public string Place(string name) => Directory.CreateDirectory(Path.Combine(_folder, "src", name)).FullName;

    /// <summary>Runs a verb to its end.</summary>
    public async Task<Outcome> RunAsync(string folder, params string[] arguments)
    {
        await using var running = Start(folder, arguments);
        return await running.EndAsync();
    }

    /// <summary>Runs a verb that reads a secret.</summary>
    public async Task<Outcome> TellAsync(string folder, string input, params string[] arguments)
    {
        await using var running = Start(folder, Surroundings(), input, arguments);
        return await running.EndAsync();
    }

    /// <summary>Starts a verb.</summary>
    public RunningProgram Start(string folder, params string[] arguments) => Start(folder, Surroundings(), "", arguments);

    /// <summary>Starts a verb with other variables and something on its standard input.</summary>
    public RunningProgram Start(string folder, IReadOnlyDictionary<string, string> variables, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_program, "towpath"), arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_STATE_HOME"] = Path.Combine(_folder, "state");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(_folder, "config");
        start.Environment["TOWPATH_PORT"] = _port.ToString(CultureInfo.InvariantCulture);
        start.Environment.Remove("TERM");
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new RunningProgram(start, input, Limit);
    }

    /// <summary>From now on another build of the program is used: a copy that calls itself by another version. What runs already runs on.</summary>
    public void Upgrade(string version)
    {
        var folder = Place("towpath-" + version);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var server = Path.Combine(folder, "Towpath.Server.dll");
        // Its version stands in it as plain text, which has the same length.
        var bytes = File.ReadAllBytes(server);
        var informational = typeof(Towpath.Server.ControlPlane).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(informational));
        at.ShouldBeGreaterThan(0);
        Encoding.UTF8.GetBytes(version).CopyTo(bytes, at);
        File.WriteAllBytes(server, bytes);
        _program = folder;
    }

    /// <summary>Process of Podman's service.</summary>
    public int PodmanProcess => int.Parse(File.ReadAllText(Path.Combine(State, "podman", "podman.pid")), CultureInfo.InvariantCulture);

    /// <summary>Asks the API as the owner; paths are those after the version.</summary>
    public async Task<HttpClient> ClientAsync()
    {
        var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/api/v1/")) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(_folder, "config", "towpath", "token"))).Trim());
        return http;
    }

    /// <summary>What happened in an application, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> JournalAsync(string application)
    {
        using var http = await ClientAsync();
        var facts = new List<JsonElement>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = JsonDocument.Parse(await http.GetStringAsync(new Uri($"journal?application={application}&limit=200{cursor}", UriKind.Relative))).RootElement;
            facts.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out var next) ? $"&cursor={next.GetString()}" : null;
        }

        return facts;
    }

    /// <summary>The engine, as the program itself reaches it.</summary>
    public Task<DockerApiEngine> EngineAsync() => Podman.StartAsync(CancellationToken.None);

    /// <summary>Process of the control plane.</summary>
    public int ControlPlane =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(State, "control-plane.json"))).RootElement.GetProperty("pid").GetInt32();

    /// <summary>Ends the control plane as a power cut would.</summary>
    public Task KillAsync() => RunningProgram.SignalAsync("KILL", ControlPlane);

    /// <summary>Containers, networks and volumes of an application, in words.</summary>
    public async Task<IReadOnlyList<string>> TracesAsync(string application)
    {
        using var engine = await EngineAsync();
        string[] label = [$"towpath.application={application}"];
        return
        [
            .. (await engine.ListContainersAsync(label, CancellationToken.None)).Select(c => $"container {c.Name}"),
            .. (await engine.ListNetworksAsync(label, CancellationToken.None)).Select(n => $"network {n.Name}"),
            .. (await engine.ListVolumesAsync(label, CancellationToken.None)).Select(v => $"volume {v}"),
        ];
    }

    /// <summary>
    /// Images of an application, in words: those of its releases, and those that bear its label and no name. (One from the engine's cache
    /// may bear another application's label.)
    /// </summary>
    public async Task<IReadOnlyList<string>> ImagesAsync(string application)
    {
        using var engine = await EngineAsync();
        return
        [
            .. (await engine.ListImagesAsync([], CancellationToken.None)).SelectMany(i => i.References).Where(r => r.Contains($"towpath/{application}/", StringComparison.Ordinal)),
            .. (await engine.ListImagesAsync([$"towpath.application={application}"], CancellationToken.None)).Where(i => i.References.Count == 0).Select(i => i.Id),
        ];
    }

    /// <summary>Folders in which the control plane works on a commit and which must be empty when it is done.</summary>
    public IReadOnlyList<string> Remains() =>
    [
        .. FoldersIn("reading"),
        .. FoldersIn("runs").SelectMany(run => Directory.EnumerateDirectories(run)),
    ];

    public async ValueTask DisposeAsync()
    {
        // Without Podman's service nothing was ever made.
        if (File.Exists(Path.Combine(State, "podman", "podman.pid")))
        {
            var down = await RunAsync(_folder, "down", "--purge");
            await Podman.StopAsync(CancellationToken.None);
            down.ShouldEndWith(ExitCode.Success);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private Dictionary<string, string> Surroundings() => new(Variables, StringComparer.Ordinal);

    private PodmanService Podman => new(new PodmanServiceOptions(Path.Combine(State, "podman")), TimeProvider.System);

    /// <summary>Path of a program, or null.</summary>
    public static string? FindOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private IEnumerable<string> FoldersIn(string name) =>
        Directory.Exists(Path.Combine(State, name)) ? Directory.EnumerateDirectories(Path.Combine(State, name)) : [];
}
