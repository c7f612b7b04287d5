using System.Text;
using Towpath.Core.Compose;

namespace Towpath.Tests.Fakes;

/// <summary>Files of a Compose project, held in memory below <c>/project</c>.</summary>
internal sealed class FakeComposeFiles : IComposeFiles
{
    public const string Root = "/project";

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Paths count from the root.</summary>
    public FakeComposeFiles(params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            Add(path, Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>The files below a folder.</summary>
    public static FakeComposeFiles FromFolder(string folder) => new FakeComposeFiles().AddFolder(Root, folder);

    /// <summary>Adds the files below a folder, if it is there.</summary>
    public FakeComposeFiles AddFolder(string path, string folder)
    {
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
        {
            Add($"{path}/{Path.GetRelativePath(folder, file)}", File.ReadAllBytes(file));
        }

        return this;
    }

    /// <summary>Paths that were asked for.</summary>
    public List<string> Asked { get; } = [];

    public FakeComposeFiles Add(string path, byte[] bytes)
    {
        _files[path.StartsWith('/') ? path : $"{Root}/{path}"] = bytes;
        return this;
    }

    public FileReading Read(string path, bool anywhere = false)
    {
        Asked.Add(path);
        if (!anywhere && !path.StartsWith(Root + "/", StringComparison.Ordinal))
        {
            return new FileReading(FileState.Outside);
        }

        return _files.TryGetValue(path, out var bytes) ? new FileReading(FileState.Found, bytes, bytes.Length)
            : FolderExists(path) ? new FileReading(FileState.NotAFile)
            : new FileReading(FileState.Missing);
    }

    public bool FolderExists(string path) => _files.Keys.Any(k => k.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>Reads the project, with variables of the process.</summary>
    public ComposeReading Load(params (string Name, string Value)[] environment) => Load(r => r with
    {
        Environment = r.Environment.AddRange(environment.Select(v => KeyValuePair.Create(v.Name, v.Value))),
    });

    /// <summary>Reads the project as asked for.</summary>
    public ComposeReading Load(Func<ComposeRequest, ComposeRequest> ask) =>
        ComposeLoader.Load(ask(new ComposeRequest { ProjectDirectory = Root, Root = Root }), this);
}
