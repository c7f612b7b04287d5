using System.Diagnostics;
using Towpath.Core.Applications;

namespace Towpath.Tests.Fakes;

/// <summary>A real bare repository that plays the environments repository of a team. Its address is one that towpath.yaml can't have: a file's.</summary>
internal sealed class EnvironmentsRemote : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EnvironmentsRemote() => Git("init", "-q", "--bare", "-b", "main", ".");

    public GitDeliverySpec Spec => new("file://" + _folder.Path);

    public string Git(params string[] arguments)
    {
        var (code, output) = Run(arguments);
        code.ShouldBe(0, $"{string.Join(' ', arguments)}: {output}");
        return output;
    }

    /// <summary>Subjects of the branch's commits, the oldest first.</summary>
    public IReadOnlyList<string> Subjects(string branch = "main") => Git("log", "--reverse", "--format=%s", branch).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Paths of all files.</summary>
    public IReadOnlyList<string> Files(string branch = "main") => Git("ls-tree", "-r", "--name-only", branch).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Text(string path, string branch = "main") => Git("show", $"{branch}:{path}");

    /// <summary>A commit that somebody else pushes.</summary>
    public void CommitByOthers(string branch, string message, params (string Path, string Mode, string Text)[] files)
    {
        var tip = Run(["rev-parse", "--verify", "--quiet", "refs/heads/" + branch]);
        var stream = $"commit refs/heads/{branch}\nauthor A <a@example.org> 1 +0000\ncommitter A <a@example.org> 1 +0000\ndata {message.Length}\n{message}\n"
            + (tip.Code == 0 ? $"from {tip.Output.Trim()}\n" : "")
            + string.Concat(files.Select(f => $"M {f.Mode} inline {f.Path}\ndata {f.Text.Length}\n{f.Text}\n"));
        Run(["fast-import", "--quiet"], stream).Code.ShouldBe(0);
    }

    /// <summary>A program that the repository runs: <c>pre-receive</c>, <c>reference-transaction</c>.</summary>
    public void Hook(string name, string script)
    {
        _folder.Write($"hooks/{name}", "#!/bin/sh\n" + script);
        File.SetUnixFileMode(_folder[$"hooks/{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Unhook(string name) => File.Delete(_folder[$"hooks/{name}"]);

    public void Dispose() => _folder.Dispose();

    private (int Code, string Output) Run(string[] arguments, string? input = null)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
