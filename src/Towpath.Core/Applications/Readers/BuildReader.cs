using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>build:</c> of a service. Its folder and its Dockerfile must be in the commit.</summary>
internal sealed class BuildReader(ProjectReading project)
{
    /// <summary>The build, or null where there is none or it can't be used.</summary>
    public BuildSpec? Read(YamlEntry? entry)
    {
        if (entry is null || entry.Value.IsNull)
        {
            return null;
        }

        if (project.Values.Mapping(entry.Value, CarriedKeys.Build) is not { } build)
        {
            return null;
        }

        var contextNode = build.Get("context");
        var context = contextNode is null ? "." : project.PathInside(contextNode, "build.context");
        if (context is not null && !project.Files.FolderExists(context))
        {
            project.Bag.Add(ValueDiagnostics.NotInCommit((contextNode ?? entry.Key).Location, "the folder of build.context", context));
            context = null;
        }

        var dockerfile = context is null ? null : Dockerfile(context, build.Get("dockerfile"), contextNode ?? entry.Key);
        var args = project.Values.Texts(build.Get("args"), "build.args", name => project.Variables.GetValueOrDefault(name));
        var labels = project.Values.Texts(build.Get("labels"), "build.labels", _ => "");
        var target = project.Values.NonEmpty(build.Get("target"), "build.target");
        return context is null || dockerfile is null ? null : new BuildSpec(context, dockerfile, target, args, labels, entry.Key.Location);
    }

    private string? Dockerfile(string context, YamlNode? node, YamlNode place)
    {
        var text = node is null ? "Dockerfile" : project.Values.NonEmpty(node, "build.dockerfile");
        if (text is null)
        {
            return null;
        }

        if (ProjectPath.Combine(context, text) is not { } path)
        {
            project.Bag.Add(ValueDiagnostics.LeavesProject(place.Location, "build.dockerfile", text));
            return null;
        }

        if (project.Files.TryRead(path) is not null)
        {
            return text;
        }

        project.Bag.Add(ValueDiagnostics.NotInCommit((node ?? place).Location, "the Dockerfile", path));
        return null;
    }
}
