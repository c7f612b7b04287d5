using System.Globalization;
using Towpath.Cli.Host;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Demo;

/// <summary>A commit of the demo.</summary>
/// <param name="Commit">Full object name.</param>
/// <param name="Subject">First line of its message.</param>
/// <param name="BreaksIn">The environment in which the story expects that it fails; null where it must arrive.</param>
internal sealed record DemoCommit(string Commit, string Subject, string? BreaksIn);

/// <summary>Makes the demo's git repository. Author and dates are fixed: the same files give the same commits on each machine and run.</summary>
/// <param name="folder">Where; what is there is replaced.</param>
internal sealed class DemoRepository(string folder)
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly HashSet<string> NeverCopied = [".git", "__pycache__", "node_modules", "message.txt"];

    /// <summary>Makes it.</summary>
    /// <returns>Its commits, oldest first.</returns>
    public async Task<IReadOnlyList<DemoCommit>> MakeAsync(DemoFiles files, IReadOnlyList<DemoStep> steps, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        await GitAsync(0, ["init", "--quiet", "--initial-branch=main"], cancellationToken);
        var made = new List<DemoCommit>();
        foreach (var step in steps)
        {
            var date = Epoch.AddDays(made.Count).UtcDateTime;
            if (step.Folder is { } changed)
            {
                Copy(files.Example(changed), folder, date);
            }

            if (step.Ladder is { } ladder)
            {
                var file = Path.Combine(folder, "towpath.yaml");
                await File.WriteAllTextAsync(file, ladder, cancellationToken);
                File.SetLastWriteTimeUtc(file, date);
            }

            var message = step.Message ?? await File.ReadAllTextAsync(Path.Combine(files.Example(step.Folder!), "message.txt"), cancellationToken);
            made.Add(await CommitAsync(made.Count, message.Trim(), step.BreaksIn, cancellationToken));
        }

        return made;
    }

    private async Task<DemoCommit> CommitAsync(int number, string message, string? breaksIn, CancellationToken cancellationToken)
    {
        await GitAsync(number, ["add", "--all", "--force"], cancellationToken);
        await GitAsync(number, ["commit", "--quiet", "--no-verify", "--message", message], cancellationToken);
        var name = await GitAsync(number, ["rev-parse", "HEAD"], cancellationToken);
        return new DemoCommit(name.Trim(), message.Split('\n')[0], breaksIn);
    }

    private async Task<string> GitAsync(int number, string[] arguments, CancellationToken cancellationToken)
    {
        var date = Epoch.AddDays(number).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var environment = new Dictionary<string, string>
        {
            ["GIT_AUTHOR_NAME"] = "Towpath demo",
            ["GIT_AUTHOR_EMAIL"] = "demo@localhost",
            ["GIT_AUTHOR_DATE"] = date,
            ["GIT_COMMITTER_NAME"] = "Towpath demo",
            ["GIT_COMMITTER_EMAIL"] = "demo@localhost",
            ["GIT_COMMITTER_DATE"] = date,

            // A person's own settings (signing, hooks, line ends) would change the commits.
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_CONFIG_SYSTEM"] = "/dev/null",
        };
        var result = await Programs.RunAsync("git", arguments, cancellationToken, folder, environment);
        return result.ExitCode == 0
            ? result.Output
            : throw new DiagnosticException(ExitCode.Internal, CliDiagnostics.ProgramFailed($"git {arguments[0]}", (result.Error + result.Output).Trim()));
    }

    private static void Copy(string from, string to, DateTime date)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(IsCopied))
        {
            var copy = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, copy, overwrite: true);

            // A copy keeps its source's date, and git looks at dates and sizes first: it could take a change for none.
            File.SetLastWriteTimeUtc(copy, date);
        }

        foreach (var inner in Directory.EnumerateDirectories(from).Where(IsCopied))
        {
            Copy(inner, Path.Combine(to, Path.GetFileName(inner)), date);
        }
    }

    private static bool IsCopied(string path) => !NeverCopied.Contains(Path.GetFileName(path));
}
