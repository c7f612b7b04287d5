using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>
/// Phase 6: other projects whose resources become this one's. Each is read under its own folder and variables, and is
/// complete before it is joined; where both have a resource of a name, this file stands over the included one.
/// </summary>
internal sealed class Include(Composer composer, Merge merge, SourceFiles sources, DiagnosticBag bag)
{
    /// <summary>Most entries of all <c>include</c> together: files that include two others each would never end.</summary>
    private const int MaxEntries = 1000;

    private static readonly string[] Sections = ["services", "volumes", "networks", "secrets", "configs", "models"];

    private int _entries;

    /// <summary>The same file with what it includes, and without <c>include</c>.</summary>
    public YamlMapping Apply(YamlMapping file, string path, LoadContext context)
    {
        if (file.Entry("include") is not { } include)
        {
            return file;
        }

        file = file.Without("include");
        if (include.Value is not YamlSequence list)
        {
            if (!include.Value.IsNull)
            {
                bag.Add(CompositionDiagnostics.BadReference(include.Value.Location, "`include`", "a list", include.Value.Kind));
            }

            return file;
        }

        foreach (var item in list.Items)
        {
            if (Read(item, path, context) is { } included)
            {
                file = Join(file, included);
            }
        }

        return file;
    }

    private YamlMapping? Read(YamlNode item, string path, LoadContext context)
    {
        if (item is not YamlMapping && item is not YamlScalar { Type: YamlType.Text })
        {
            bag.Add(CompositionDiagnostics.BadReference(item.Location, "an entry of `include`", "a path or a mapping", item.Kind));
            return null;
        }

        var entry = item as YamlMapping;
        var paths = Texts(entry is null ? item : entry.Entry("path")?.Value ?? entry, "`path` of `include`");
        if (paths.IsEmpty)
        {
            return null;
        }

        if (paths.FirstOrDefault(p => FilePath.IsRemote(p.Value)) is { } remote)
        {
            bag.Add(CompositionDiagnostics.RemoteReference(remote.Location, "`include`"));
            return null;
        }

        if (++_entries > MaxEntries)
        {
            bag.Add(CompositionDiagnostics.TooManyFiles(item.Location, "entries of `include` in this project", MaxEntries));
            return null;
        }

        var chain = ImmutableList.CreateRange(context.Chain).Add(path);
        var full = paths.Select(p => FilePath.Combine(context.Directory, p.Value)).ToList();
        if (full.Find(chain.Contains) is { } again)
        {
            bag.Add(CompositionDiagnostics.Circle(paths[full.IndexOf(again)].Location, "includes", chain.SkipWhile(p => p != again).Append(again).Select(sources.Shown)));
            return null;
        }

        var folder = entry?.Get("project_directory") is YamlScalar { IsBroken: false } own ? FilePath.Combine(context.Directory, own.Value) : FilePath.Folder(full[0]);
        var inner = new LoadContext(folder, Variables(entry?.Get("env_file"), item, folder, context), chain);
        return composer.Model(full, inner, paths[0]) is { } model ? composer.Finished(model, inner) : null;
    }

    private IReadOnlyDictionary<string, string> Variables(YamlNode? files, YamlNode item, string folder, LoadContext context)
    {
        IEnumerable<string> paths;
        if (files is null)
        {
            var usual = FilePath.Combine(folder, ".env");
            paths = sources.Exists(usual) ? [usual] : [];
        }
        else
        {
            paths = Texts(files, "`env_file` of `include`").Select(f => f.Value).Where(f => f != "/dev/null").Select(f => FilePath.Combine(context.Directory, f)).ToList();
        }

        var found = sources.Variables(paths, context.Variables, files ?? item);
        return found.IsEmpty ? context.Variables : new Layered(context.Variables, found);
    }

    private ImmutableArray<YamlScalar> Texts(YamlNode node, string what)
    {
        var texts = ImmutableArray.CreateBuilder<YamlScalar>();
        foreach (var item in node is YamlSequence list ? list.Items : [node])
        {
            if (item is YamlScalar { Type: YamlType.Text } text)
            {
                if (!text.IsBroken)
                {
                    texts.Add(text);
                }
            }
            else
            {
                bag.Add(CompositionDiagnostics.BadReference(item.Location, what, "a path", item.Kind));
            }
        }

        return texts.ToImmutable();
    }

    private YamlMapping Join(YamlMapping file, YamlMapping included)
    {
        foreach (var section in Sections)
        {
            if (included.Entry(section) is not { Value: YamlMapping resources } entry)
            {
                continue;
            }

            file = file.Entry(section) switch
            {
                null or { Value.IsNull: true } => file.With(entry.Key, resources),
                { Value: YamlMapping own } => file.With(entry.Key, Join(section, own, resources)),
                _ => file,
            };
        }

        return file;
    }

    private YamlMapping Join(string section, YamlMapping own, YamlMapping included)
    {
        var entries = own.Entries.ToBuilder();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            places[entries[i].Name] = i;
        }

        foreach (var entry in included.Entries)
        {
            if (!places.TryGetValue(entry.Name, out var at))
            {
                entries.Add(entry);
            }
            else if (!MergeText.Equal(entry.Value, entries[at].Value))
            {
                entries[at] = entries[at].With(merge.Resources(section, entry.Value, entries[at].Value));
            }
        }

        return own.With(entries.ToImmutable());
    }
}
