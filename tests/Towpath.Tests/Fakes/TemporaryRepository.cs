using System.Diagnostics;

namespace Towpath.Tests.Fakes;

/// <summary>A real git repository that is gone after the test.</summary>
public sealed class TemporaryRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TemporaryRepository() => Git("init", "-q", "-b", "main");

    public string Path => _folder.Path;

    public void Write(string name, string content) => _folder.Write(name, content);

    public void Link(string name, string target)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_folder[name])!);
        File.CreateSymbolicLink(_folder[name], target);
    }

    public string Commit(string message)
    {
        Git("add", "-A");
        Git("commit", "-q", "--allow-empty", "-m", message);
        return Git("rev-parse", "HEAD");
    }

    public string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Path, RedirectStandardOutput = true, UseShellExecute = false };
        string[] identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
        foreach (var argument in identity.Concat(arguments))
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, string.Join(' ', arguments));
        return output.Trim();
    }

    public void Dispose() => _folder.Dispose();
}
