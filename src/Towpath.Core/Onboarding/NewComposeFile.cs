using System.Globalization;
using System.Text;
using Towpath.Core.Applications.Readers;

namespace Towpath.Core.Onboarding;

/// <summary>A smallest Compose file for the Dockerfiles of a repository.</summary>
internal static class NewComposeFile
{
    private const int Most = 50;
    private const int Deepest = 3;

    /// <summary>The text; null where there is no Dockerfile.</summary>
    /// <param name="files">The repository.</param>
    /// <param name="application">Name of the application: that of a service whose Dockerfile lies at the top.</param>
    public static string? Write(RepositoryFiles files, string application)
    {
        var folders = files.Paths
            .Where(p => (p == "Dockerfile" || p.EndsWith("/Dockerfile", StringComparison.Ordinal)) && p.Count(c => c == '/') <= Deepest)
            .Select(p => p == "Dockerfile" ? "." : p[..^"/Dockerfile".Length])
            .Take(Most)
            .ToList();
        if (folders.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder("services:\n");
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            var name = Names.ToLabel(folder == "." ? application : folder[(folder.LastIndexOf('/') + 1)..], 40) ?? "app";
            name = taken.Add(name) ? name : Names.ToLabel(folder, 40) ?? name;
            taken.Add(name);
            text.Append(CultureInfo.InvariantCulture, $"  {name}:\n    build: {YamlWords.Write(folder == "." ? "." : "./" + folder)}\n    restart: unless-stopped\n");
        }

        return text.ToString();
    }
}
