using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>
/// Phase 5: a service that extends another gets all that the other says, and says itself what is different. The other may extend a
/// third, and may stand in another file, from whose folder its paths count then.
/// </summary>
internal sealed class Extends(Composer composer, Merge merge, SourceFiles sources, DiagnosticBag bag)
{
    /// <summary>Longest chain of services that extend each other.</summary>
    private const int MaxChain = 100;

    /// <summary>The same file with services that extend nothing.</summary>
    public YamlMapping Apply(YamlMapping file, string path, LoadContext context)
    {
        if (file.Entry("services") is not { Value: YamlMapping services } entry || !services.Entries.Any(e => (e.Value as YamlMapping)?.Entry("extends") is not null))
        {
            return file;
        }

        var own = new ExtendedFile(path, context.Directory, services, isOther: false);
        var extended = ImmutableArray.CreateBuilder<YamlEntry>(services.Entries.Length);
        foreach (var service in services.Entries)
        {
            extended.Add(service.With(Resolve(own, service.Name, context, []) ?? service.Value));
        }

        return file.With(entry.Key, services.With(extended.MoveToImmutable()));
    }

    private YamlMapping? Resolve(ExtendedFile file, string name, LoadContext context, ImmutableList<(string Path, string Service)> chain)
    {
        if (file.Done.TryGetValue(name, out var done))
        {
            return done;
        }

        var service = file.Services.Entry(name)?.Value as YamlMapping;
        if (service?.Entry("extends") is not { } extends || extends.Value.IsNull)
        {
            return file.Done[name] = service is not null && file.IsOther ? composer.Moved(service, file.Directory) : service;
        }

        var step = (file.Path, name);
        if (chain.Contains(step))
        {
            TellCircle(extends.Value, chain.SkipWhile(s => s != step).Append(step));
            return service.Without("extends");
        }

        if (chain.Count == MaxChain)
        {
            bag.Add(CompositionDiagnostics.TooManyFiles(extends.Value.Location, "services that extend each other in a chain", MaxChain));
            return service.Without("extends");
        }

        var @base = Base(file, name, extends.Value, context, chain.Add(step));
        var rest = service.Without("extends");
        rest = file.IsOther ? composer.Moved(rest, file.Directory) : rest;
        return file.Done[name] = @base is null ? rest : (YamlMapping)merge.Resources("services", Marks.Strip(@base), rest);
    }

    private YamlMapping? Base(ExtendedFile file, string name, YamlNode extends, LoadContext context, ImmutableList<(string Path, string Service)> chain)
    {
        var service = extends is YamlMapping full ? full.Get("service") : extends;
        var path = (extends as YamlMapping)?.Get("file");
        if (service is YamlScalar { IsBroken: true } || path is YamlScalar { IsBroken: true })
        {
            return null;
        }

        if (service is not YamlScalar { Type: YamlType.Text } reference)
        {
            bag.Add(CompositionDiagnostics.ExtendsWithoutService((service ?? extends).Location, name));
            return null;
        }

        var from = path is null ? file : File(file, path, context);
        if (from is null)
        {
            return null;
        }

        if (from.Services.Entry(reference.Value) is null)
        {
            bag.Add(CompositionDiagnostics.NothingToExtend(reference.Location, reference.Shown, sources.Shown(from.Path), from.Services.Entries.Select(e => e.Name)));
            return null;
        }

        return Resolve(from, reference.Value, context, chain);
    }

    private ExtendedFile? File(ExtendedFile from, YamlNode path, LoadContext context)
    {
        if (path is not YamlScalar { Type: YamlType.Text } text)
        {
            bag.Add(CompositionDiagnostics.BadReference(path.Location, "`file` of `extends`", "a path", path.Kind));
            return null;
        }

        if (FilePath.IsRemote(text.Value))
        {
            bag.Add(CompositionDiagnostics.RemoteReference(text.Location, "`extends`"));
            return null;
        }

        var full = FilePath.Combine(from.Directory, text.Value);
        if (full == from.Path && from.IsOther)
        {
            return from;
        }

        if (!context.Extended.TryGetValue(full, out var file))
        {
            var services = composer.Services(full, context, text);
            context.Extended[full] = file = services is null ? null : new ExtendedFile(full, FilePath.Folder(full), services, isOther: true);
        }

        return file;
    }

    private void TellCircle(YamlNode place, IEnumerable<(string Path, string Service)> chain)
    {
        var steps = chain.ToList();
        var oneFile = steps.TrueForAll(s => s.Path == steps[0].Path);
        bag.Add(CompositionDiagnostics.Circle(place.Location, "extends", steps.Select(s => oneFile ? s.Service : $"{s.Service} ({sources.Shown(s.Path)})")));
    }
}
