using System.Text.RegularExpressions;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Compose.Conformance;

/// <summary>Where an error of compose-go lies: it names a path, from which the line follows.</summary>
internal static partial class ErrorPlace
{
    /// <summary>Whether each error that names a path has one of ours within the lines of that path; an error that names none needs a place at all, if it is of a file.</summary>
    public static bool Matches(CorpusProject project, IReadOnlyList<Diagnostic> errors)
    {
        var paths = project.ErrorClass == "yaml" ? [] : Paths(project.Error);
        return paths.Count == 0
            ? errors.Any(e => e.Location is not null) || project.Error.Contains("empty compose file", StringComparison.Ordinal)
            : paths.Any(path => errors.Any(e => e.Location is { } place && IsWithin(project, place, path)));
    }

    private static List<string[]> Paths(string error)
    {
        var found = new List<string[]>();
        foreach (Match match in Dotted().Matches(error.Replace("'services[", "services.", StringComparison.Ordinal).Replace("].", ".", StringComparison.Ordinal)))
        {
            found.Add([.. match.Value.TrimEnd('.', ':').Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Split('.')]);
        }

        foreach (Match match in Named().Matches(error))
        {
            found.Add([match.Groups["kind"].Value + "s", match.Groups["name"].Value]);
        }

        return found;
    }

    private static bool IsWithin(CorpusProject project, Location place, string[] path)
    {
        var bag = new DiagnosticBag();
        var reading = project.Read(place.File.StartsWith('/') ? place.File : $"/srv/project/{place.File}");
        if (reading.State != FileState.Found || YamlText.Decode(place.File, reading.Bytes.Span, bag) is not { } source || YamlReader.Read(source, bag) is not { } node)
        {
            return false;
        }

        var line = 1;
        foreach (var step in path)
        {
            switch (node)
            {
                case YamlMapping map when map.Entry(step) is { } entry:
                    (line, node) = (entry.Key.Span.Line, entry.Value);
                    break;
                case YamlSequence list when int.TryParse(step, out var index) && index < list.Items.Length:
                    (line, node) = (list.Items[index].Span.Line, list.Items[index]);
                    break;
            }
        }

        return place.Line >= line && place.Line <= Math.Max(line, node.Span.EndLine);
    }

    [GeneratedRegex(@"\b(services|networks|volumes|secrets|configs|models|include)(\.[\w#\[\]-]+)+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Dotted();

    [GeneratedRegex("(?<![\\w-])(?<kind>service|secret) \"?(?<name>[\\w-]+)\"? ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
