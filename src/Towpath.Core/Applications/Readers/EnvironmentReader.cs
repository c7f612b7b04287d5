using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>environment:</c> and <c>env_file:</c> of a service, merged: later files win over earlier ones, <c>environment</c> over files.</summary>
internal sealed class EnvironmentReader(ProjectReading project)
{
    private static readonly KeyTable FileKeys = new("env_file", "path required format");

    // Services share files; each is read once, so that a long list of one large file costs nothing.
    private readonly Dictionary<string, ImmutableSortedDictionary<string, string>> _files = new(StringComparer.Ordinal);

    /// <summary>The variables of a service.</summary>
    public ImmutableSortedDictionary<string, string> Read(YamlMapping service)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var item in project.Values.OneOrMore(service.Get("env_file") is YamlMapping single ? null : service.Get("env_file"), "env_file"))
        {
            variables.AddRangeOver(ReadFile(item));
        }

        if (service.Get("env_file") is YamlMapping mapping)
        {
            variables.AddRangeOver(ReadFile(mapping));
        }

        foreach (var (name, value, place) in project.Values.Pairs(service.Get("environment"), "environment"))
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny(' ', '\t', '\0'))
            {
                project.Bag.Add(ValueDiagnostics.BadName(place.Location, "the name of a variable", name, "at least one character and no blanks"));
            }
            else if ((value ?? project.Variables.GetValueOrDefault(name)) is { } text)
            {
                variables[name] = text;
            }
            else if (!variables.ContainsKey(name))
            {
                project.Bag.Add(ValueDiagnostics.EnvironmentWithoutValue(place.Location, name));
            }
        }

        return variables.ToImmutable();
    }

    private ImmutableSortedDictionary<string, string> ReadFile(YamlNode item)
    {
        var path = item;
        var required = true;
        if (item is YamlMapping mapping)
        {
            FileKeys.Check(mapping, project.Bag);
            if (!project.Values.Require(mapping.Get("path"), mapping, "env_file", "path"))
            {
                return ImmutableSortedDictionary<string, string>.Empty;
            }

            path = mapping.Get("path")!;
            required = project.Values.Boolean(mapping.Get("required"), "required") ?? true;
            project.Values.Word(mapping.Get("format"), "format", "raw");
        }

        if (project.PathInside(path, "env_file") is not { } inside || (!required && project.Files.TryRead(inside) is null))
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        if (!_files.TryGetValue(inside, out var read) && project.FileInside(path, "env_file") is { } file)
        {
            read = YamlText.Decode(file.Path, file.Bytes.Span, project.Bag) is { } source ? DotEnv.Read(source, project.Variables, project.Bag) : null;
            _files[inside] = read ??= ImmutableSortedDictionary<string, string>.Empty;
        }

        return read ?? ImmutableSortedDictionary<string, string>.Empty;
    }
}

/// <summary>Adds entries of one dictionary over those of another.</summary>
internal static class DictionaryBuilderExtensions
{
    /// <summary>Adds all entries; those that are there already are replaced.</summary>
    public static void AddRangeOver<T>(this ImmutableSortedDictionary<string, T>.Builder target, ImmutableSortedDictionary<string, T> source)
    {
        foreach (var (name, value) in source)
        {
            target[name] = value;
        }
    }
}
