using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.OpenApi;
using Towpath.Engines.Git;

namespace Towpath.Cli.Client;

/// <summary>The files around the working folder, before they are committed.</summary>
internal static class WorkingTree
{
    private const string Key = "application:";

    /// <summary>The application of a folder: the one that <c>towpath.yaml</c> there or above names, else that of its Compose file; null for none.</summary>
    public static string? ApplicationName(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var file = Path.Combine(at.FullName, "towpath.yaml");
            if (File.Exists(file))
            {
                // One top-level key is all that is needed, and a file that does not parse must not stop `status`.
                var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal));
                return line?[Key.Length..].Split('#')[0].Trim().Trim('"', '\'') is { Length: > 0 } name ? name : NameOf(at.FullName);
            }
        }

        return NameOf(folder);
    }

    /// <summary>
    /// What is wrong with the Compose file and <c>towpath.yaml</c> of a folder: the same reading that <c>ship</c> does, over the files as
    /// they are instead of those of a commit.
    /// </summary>
    /// <exception cref="DiagnosticException">TP3009: a file is too big to be read.</exception>
    public static Task<ImmutableArray<Diagnostic>> CheckAsync(string folder, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                var reading = Read(folder);
                return reading.Diagnostics.AddRange(ServiceApis.Read(reading.Application?.Services ?? [], new CommitFiles(folder)).Diagnostics);
            },
            cancellationToken);

    /// <summary>The application of a folder; null where anything is wrong with it.</summary>
    /// <exception cref="DiagnosticException">TP3009: a file is too big to be read.</exception>
    public static Application? ReadApplication(string folder) => Read(folder).Application;

    private static ApplicationReading Read(string folder) => ApplicationReader.Read(new CommitFiles(folder, folder), []);

    private static string? NameOf(string folder)
    {
        try
        {
            return Read(folder).Application?.Name;
        }
        catch (DiagnosticException)
        {
            // A file that is too big to read.
            return null;
        }
    }
}
