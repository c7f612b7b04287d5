using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Contracts;
using Towpath.Core.Diagnostics;
using Towpath.Core.OpenApi;
using Towpath.Engines.Git;

namespace Towpath.Cli.Client;

/// <summary>What is wrong with a working tree.</summary>
/// <param name="Diagnostics">Of the files, then of the contract.</param>
/// <param name="RulesOff">Names of the contract's rules that are off.</param>
internal sealed record TreeReading(ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<string> RulesOff);

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
    /// they are instead of those of a commit, and held to the contract.
    /// </summary>
    /// <exception cref="DiagnosticException">TP3009: a file is too big to be read.</exception>
    public static async Task<TreeReading> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        // What git ignores gets into no commit, and what lies there (modules, a local .env) would only be held against its author.
        var files = new CommitFiles(folder, folder, await GitRepository.ListAsync(folder, cancellationToken));
        return await Task.Run(() => Check(files), cancellationToken);
    }

    private static TreeReading Check(CommitFiles files)
    {
        var (application, diagnostics) = ApplicationReader.Read(files, []);
        if (application is null)
            return new TreeReading(diagnostics, []);

        var contract = ContractCheck.Run(application, files);
        return new TreeReading([.. diagnostics, .. ServiceApis.Read(application.Services, files).Diagnostics, .. contract.Diagnostics], contract.RulesOff);
    }

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
