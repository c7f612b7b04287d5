namespace Towpath.Tests.Fakes;

/// <summary>An empty folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public TemporaryFolder()
        : this(Directory.CreateTempSubdirectory("towpath-test-").FullName)
    {
    }

    private TemporaryFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>In memory where there is such a place: for tests that write a store thousands of times.</summary>
    public static TemporaryFolder InMemory()
    {
        if (!Directory.Exists(Memory)) return new TemporaryFolder();
        var path = System.IO.Path.Combine(Memory, "towpath-test-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(path);
        return new TemporaryFolder(path);
    }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
