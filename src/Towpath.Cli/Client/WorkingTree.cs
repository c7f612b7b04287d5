using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Git;

namespace Towpath.Cli.Client;

/// <summary>The files around the working folder, before they are committed.</summary>
internal static class WorkingTree
{
    private const string Key = "application:";

    /// <summary>The application that <c>towpath.yaml</c> of a folder, or of one above it, names; null for none.</summary>
    public static string? ApplicationName(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var file = Path.Combine(at.FullName, "towpath.yaml");
            if (File.Exists(file))
            {
                // One top-level key is all that is needed, and a file that does not parse must not stop `status`.
                var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal));
                return line?[Key.Length..].Split('#')[0].Trim().Trim('"', '\'') is { Length: > 0 } name ? name : null;
            }
        }

        return null;
    }

    /// <summary>
    /// What is wrong with the Compose file and <c>towpath.yaml</c> of a folder: the same reading that <c>ship</c> does, over the files as
    /// they are instead of those of a commit.
    /// </summary>
    /// <exception cref="DiagnosticException">TP3009: a file is too big to be read.</exception>
    public static Task<ImmutableArray<Diagnostic>> CheckAsync(string folder, CancellationToken cancellationToken) =>
        Task.Run(() => ApplicationReader.Read(new CommitFiles(folder), profiles: []).Diagnostics, cancellationToken);
}
