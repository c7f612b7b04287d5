using System.Runtime.CompilerServices;

namespace Towpath.Tests;

/// <summary>Where the sources are, for tests that read them.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Towpath.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "../../.."));
    }
}
