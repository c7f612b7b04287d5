using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Demo;

/// <summary>Where the sample application and its changes are.</summary>
/// <param name="Home">Top folder of a clone of Towpath.</param>
internal sealed record DemoFiles(string Home)
{
    /// <summary>A folder of the examples, such as <c>shop</c> or <c>changes/2-discounts</c>.</summary>
    public string Example(string folder) => Path.Combine(Home, "examples", folder);

    /// <summary>A program of the cluster that tests use, such as <c>up</c>.</summary>
    public string ClusterProgram(string name) => Path.Combine(Home, "tests", "cluster", name);

    /// <summary>TOWPATH_HOME, else the nearest folder above the program that holds the example.</summary>
    /// <exception cref="DiagnosticException">TP7130.</exception>
    public static DemoFiles Find(Func<string, string?> variable)
    {
        if (variable("TOWPATH_HOME") is { Length: > 0 } home)
        {
            return HasShop(home) ? new DemoFiles(home) : throw NotFound(home);
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (HasShop(at.FullName))
            {
                return new DemoFiles(at.FullName);
            }
        }

        throw NotFound($"{AppContext.BaseDirectory} and the folders above it");
    }

    private static bool HasShop(string home) => File.Exists(Path.Combine(home, "examples", "shop", "compose.yaml"));

    private static DiagnosticException NotFound(string searched) => new(ExitCode.NotFound, CliDiagnostics.NoExamples(searched));
}
