using System.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>A git repository with an application.</summary>
public sealed class SourceTree
{
    private SourceTree(string folder) => Folder = folder;

    /// <summary>Its top folder.</summary>
    public string Folder { get; }

    /// <summary>Top folder of Towpath's own sources.</summary>
    public static string Home { get; } = Above(AppContext.BaseDirectory);

    /// <summary>An empty repository.</summary>
    public static async Task<SourceTree> InitAsync(string folder)
    {
        var tree = new SourceTree(folder);
        await tree.GitAsync("init", "--quiet", "--initial-branch=main");
        return tree;
    }

    /// <summary>Writes a file.</summary>
    public SourceTree Write(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    /// <summary>Copies a folder of Towpath's own sources over this one.</summary>
    public SourceTree Copy(string from)
    {
        var top = Path.Combine(Home, from);
        foreach (var file in Directory.EnumerateFiles(top, "*", SearchOption.AllDirectories).Where(f => !f.Contains("__pycache__", StringComparison.Ordinal)))
        {
            var to = Path.Combine(Folder, Path.GetRelativePath(top, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }

        return this;
    }

    /// <summary>Replaces a text in a file that has it.</summary>
    public SourceTree Replace(string path, string old, string by)
    {
        var file = Path.Combine(Folder, path);
        var text = File.ReadAllText(file);
        text.ShouldContain(old);
        File.WriteAllText(file, text.Replace(old, by, StringComparison.Ordinal));
        return this;
    }

    /// <summary>Commits all that is there.</summary>
    /// <returns>The commit's name.</returns>
    public async Task<string> CommitAsync(string message)
    {
        await GitAsync("add", "--all", "--force");
        await GitAsync("commit", "--quiet", "--allow-empty", "--message", message);
        return (await GitAsync("rev-parse", "HEAD")).Trim();
    }

    /// <summary>Pushes what is committed, whatever becomes of it.</summary>
    /// <returns>What git and the other side said.</returns>
    public async Task<string> PushAsync(string to)
    {
        var start = new ProcessStartInfo("git", ["-c", "http.proxy=", "push", to, "main"]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["no_proxy"] = "127.0.0.1";
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return string.Concat(said);
    }

    private async Task<string> GitAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=Tester", "-c", "user.email=tester@localhost", .. arguments])
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var git = Process.Start(start)!;
        var text = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        git.ExitCode.ShouldBe(0);
        return text;
    }

    private static string Above(string folder) =>
        File.Exists(Path.Combine(folder, "Towpath.slnx")) ? folder : Above(Path.GetDirectoryName(folder.TrimEnd('/'))!);
}
