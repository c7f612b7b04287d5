namespace Towpath.Bench;

/// <summary>A git repository of a benchmark: files are written, then committed.</summary>
internal sealed class Repository
{
    private static readonly string[] Identity = ["-c", "user.name=Towpath bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false"];
    private readonly Ground _ground;

    private Repository(Ground ground, string folder)
    {
        _ground = ground;
        Folder = folder;
    }

    /// <summary>Its top folder.</summary>
    public string Folder { get; }

    /// <summary>Makes an empty one.</summary>
    public static async Task<Repository> MakeAsync(Ground ground, string name, CancellationToken cancellationToken)
    {
        var repository = new Repository(ground, Path.Combine(ground.Root, name));
        Directory.CreateDirectory(repository.Folder);
        await repository.GitAsync(["init", "--quiet", "--initial-branch=main"], cancellationToken);
        return repository;
    }

    /// <summary>Copies a folder's files into it.</summary>
    public void Copy(string from)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(f => !f.Contains("__pycache__", StringComparison.Ordinal)))
            Write(Path.GetRelativePath(from, file), File.ReadAllText(file));
    }

    /// <summary>Writes one file.</summary>
    public void Write(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Commits all there is, also where nothing changed.</summary>
    /// <returns>Full object name of the commit.</returns>
    public async Task<string> CommitAsync(string message, CancellationToken cancellationToken)
    {
        await GitAsync(["add", "--all", "--force"], cancellationToken);
        await GitAsync([.. Identity, "commit", "--quiet", "--no-verify", "--allow-empty", "--message", message], cancellationToken);
        return (await GitAsync(["rev-parse", "HEAD"], cancellationToken)).Trim();
    }

    private Task<string> GitAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        _ground.RunAsync("git", ["-C", Folder, .. arguments], cancellationToken);
}
