using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Diagnostics.Reports;

namespace Towpath.Cli.Commands;

/// <summary>Diagnostics as the report that a forge shows in a merge request.</summary>
internal static class MergeRequestReport
{
    /// <summary>The report; null where <c>--output</c> asks for none.</summary>
    /// <param name="output">Value of <c>--output</c>.</param>
    /// <param name="folder">Absolute path that the diagnostics count from.</param>
    /// <param name="diagnostics">What is wrong.</param>
    public static string? Write(string output, string folder, ImmutableArray<Diagnostic> diagnostics) => output switch
    {
        GlobalOptions.SarifOutput => SarifReport.Write(diagnostics, Place(folder), Version),
        GlobalOptions.GitLabOutput => GitLabReport.Write(diagnostics, Place(folder)),
        _ => null,
    };

    private static string Version { get; } = typeof(MergeRequestReport).Assembly.GetName().Version?.ToString(3) ?? "0";

    // Forges count paths from the top of the repository; without one, from the folder itself.
    private static string Place(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return Path.GetRelativePath(at, folder);
            }
        }

        return ".";
    }
}
