using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Compose;

namespace Towpath.Tests.Compose.Conformance;

/// <summary>One case of a set of projects, its folder seen at <c>/srv/project</c>.</summary>
internal sealed class CorpusProject : IComposeFiles
{
    private const string Root = "/srv";
    private const string Mount = Root + "/project";
    private readonly string _folder;
    private readonly JsonElement _case;

    private CorpusProject(string folder)
    {
        _folder = folder;
        _case = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json"))).RootElement;
    }

    public string Id => Path.GetFileName(_folder);

    public string? ErrorClass => Text("errorClass");

    /// <summary>One value was changed, so that nothing else is wrong.</summary>
    public bool HasOneMistake => Id.StartsWith("mutation-", StringComparison.Ordinal);

    public string Error => File.Exists(Beside("expected-error.txt")) ? File.ReadAllText(Beside("expected-error.txt")) : "";

    public bool IsAccepted => !_case.TryGetProperty("composeGoAccepts", out var accepts) || accepts.GetBoolean();

    public JsonElement? Expected => File.Exists(Beside("expected.json")) ? JsonDocument.Parse(File.ReadAllText(Beside("expected.json"))).RootElement : null;

    public static IEnumerable<CorpusProject> Of(string set) =>
        Directory.GetDirectories(Path.Combine(Corpora.Folder, set)).Where(f => File.Exists(Path.Combine(f, "case.json"))).Order(StringComparer.Ordinal).Select(f => new CorpusProject(f));

    public ComposeReading Load() => ComposeLoader.Load(Request, this);

    private ComposeRequest Request => new()
    {
        ProjectDirectory = Mount,
        Root = Mount,
        MayLeaveRoot = true,
        Files = [.. List("files").Select(file => $"{Mount}/{file}")],
        Environment = _case.TryGetProperty("env", out var env) ? Corpora.Strings(env).ToImmutableDictionary(StringComparer.Ordinal) : [],
        Profiles = [.. List("profiles")],
        Home = "/home/user",
        Interpolate = !Flag("noInterpolation", otherwise: false) && !List("flags").Contains("--no-interpolate"),
        CheckConsistency = Flag("consistencyCheck", otherwise: true),
    };

    public FileReading Read(string path, bool anywhere = false)
    {
        if (!path.StartsWith((anywhere ? Root : Mount) + "/", StringComparison.Ordinal))
        {
            return new FileReading(FileState.Outside);
        }

        var file = _folder + path[Root.Length..];
        return File.Exists(file) ? new FileReading(FileState.Found, File.ReadAllBytes(file))
            : new FileReading(Directory.Exists(file) ? FileState.NotAFile : FileState.Missing);
    }

    public bool FolderExists(string path) => path.StartsWith(Root + "/", StringComparison.Ordinal) && Directory.Exists(_folder + path[Root.Length..]);

    private string Beside(string name) => Path.Combine(_folder, name);

    private IEnumerable<string> List(string key) => _case.TryGetProperty(key, out var list) ? list.EnumerateArray().Select(e => e.GetString()!) : [];

    private bool Flag(string key, bool otherwise) => _case.TryGetProperty(key, out var flag) ? flag.GetBoolean() : otherwise;

    private string? Text(string key) => _case.TryGetProperty(key, out var text) ? text.GetString() : null;
}
