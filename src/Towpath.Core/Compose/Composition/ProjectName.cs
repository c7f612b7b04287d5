using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>
/// The name of a project: what the user says, else what a file of variables says, else <c>name:</c> of the last file that has one, else
/// the folder's. The environment of the process has no say, so that the same files have the same name on every machine.
/// </summary>
internal static class ProjectName
{
    /// <summary>The variable that carries it.</summary>
    public const string Variable = "COMPOSE_PROJECT_NAME";

    /// <summary>The name; empty after an error was told.</summary>
    public static string Find(ComposeRequest request, ProjectFiles files, SourceFiles sources, DiagnosticBag bag)
    {
        if (request.ProjectName is { } given)
        {
            return Checked(given, "the command line", bag);
        }

        if (files.NameOfFiles is { Length: > 0 } own)
        {
            return Checked(own, $"{Variable} of a file of variables", bag);
        }

        var name = Normalized(OfComposeFiles(request, files, sources));
        name = name.Length > 0 ? name : Normalized(FilePath.Name(files.Directory));
        if (request.Environment.TryGetValue(Variable, out var process) && process.Length > 0 && process != name)
        {
            bag.Add(CompositionDiagnostics.ProjectNameOfProcess(name));
        }

        return Checked(name, "its folder", bag);
    }

    /// <summary>Lower-case letters, digits, hyphens and underscores of a text, from the first letter or digit on.</summary>
    public static string Normalized(string text) =>
        string.Concat(text.ToLowerInvariant().Where(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')).TrimStart('-', '_');

    private static string Checked(string name, string from, DiagnosticBag bag)
    {
        if (name.Length > 0 && Normalized(name) == name)
        {
            return name;
        }

        bag.Add(CompositionDiagnostics.BadProjectName(from));
        return "";
    }

    // Templates in it see all variables but the name itself. What is wrong with it is told when the file is read.
    private static string OfComposeFiles(ComposeRequest request, ProjectFiles files, SourceFiles sources)
    {
        var name = "";
        foreach (var path in files.Files)
        {
            foreach (var document in sources.Documents(path, reference: null) ?? [])
            {
                if ((document.Root as YamlMapping)?.Get("name") is YamlScalar { Value.Length: > 0 } own)
                {
                    name = request.Interpolate ? Interpolation.Expand(own.Value, files.Variables, static _ => { }) ?? "" : own.Value;
                }
            }
        }

        return name;
    }
}
