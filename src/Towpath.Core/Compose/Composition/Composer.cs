using Towpath.Core.Compose.Canonical;
using Towpath.Core.Compose.Schema;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>
/// Puts the files of a project together, document by document: each is interpolated, its services get what they extend, it gets what
/// it includes, and it is merged over what was read before. Included files go through the same, under their own variables and folder.
/// </summary>
internal sealed class Composer
{
    private readonly ComposeRequest _request;
    private readonly SourceFiles _sources;
    private readonly DiagnosticBag _bag;
    private readonly Merge _merge;
    private readonly Extends _extends;
    private readonly Include _include;
    public Composer(ComposeRequest request, SourceFiles sources, DiagnosticBag bag)
    {
        _request = request;
        _sources = sources;
        _bag = bag;
        _merge = new Merge(bag);
        _extends = new Extends(this, _merge, sources, bag);
        _include = new Include(this, _merge, sources, bag);
    }

    /// <summary>The model of files, a later one over an earlier one, in canonical form; null where none of them could be read.</summary>
    /// <param name="paths">Absolute.</param>
    /// <param name="context">What they are read under.</param>
    /// <param name="reference">Where they are named; null for those that the user named.</param>
    public YamlMapping? Model(IReadOnlyList<string> paths, LoadContext context, YamlNode? reference)
    {
        YamlMapping? model = null;
        foreach (var path in paths)
        {
            foreach (var document in _sources.Documents(path, reference) ?? [])
            {
                model = Over(model, document, path, context) ?? model;
            }
        }

        return model;
    }

    /// <summary>The services of a file as they are written, of all its documents; null where it has none.</summary>
    public YamlMapping? Services(string path, LoadContext context, YamlNode reference)
    {
        YamlMapping? services = null;
        foreach (var document in _sources.Documents(path, reference) ?? [])
        {
            if (Interpolated(document, context)?.Get("services") is YamlMapping own)
            {
                services = services is null ? own : (YamlMapping)_merge.Resources("services", services, own);
            }
        }

        return services is null ? null : Structure.Services(services, _bag);
    }

    /// <summary>A service that is extended from another folder, its paths counted from there.</summary>
    public YamlMapping Moved(YamlMapping marked, string directory)
    {
        var service = Marks.Strip(marked);
        var key = new YamlScalar(service.Source, service.Span, "services", isPlain: true);
        var name = new YamlScalar(service.Source, service.Span, "extended", isPlain: true);
        var alone = new YamlMapping(service.Source, service.Span, [new YamlEntry(key, new YamlMapping(service.Source, service.Span, [new YamlEntry(name, service)]))]);
        alone = PathResolution.Apply(CanonicalForm.Apply(alone, _bag, _request.Interpolate), Base(directory), _request.Home);
        return (alone.Get("services") as YamlMapping)?.Get("extended") is YamlMapping moved ? Marks.Restore(marked, moved) : service;
    }

    /// <summary>A model with all that depends on its folder and its variables, so that it can be joined with that of another folder.</summary>
    public YamlMapping Finished(YamlMapping model, LoadContext context)
    {
        model = ServiceEnvironments.Inherit(Defaults.Apply(model), context.Variables);
        ModelRules.Check(model, _bag);
        var isIncluded = context.Chain.Count > 0;
        return _request.ResolvePaths || isIncluded ? PathResolution.Apply(model, Base(context.Directory), _request.Home) : model;
    }

    /// <summary>The folder as paths are made with it: absolute, or from the project's folder where they stay relative.</summary>
    public string Base(string directory) => _request.ResolvePaths ? directory : FilePath.Relative(_request.ProjectDirectory, directory);

    private YamlMapping? Over(YamlMapping? model, YamlDocument document, string path, LoadContext context)
    {
        if (Interpolated(document, context) is not { } layer)
        {
            return null;
        }

        layer = Structure.Check(layer, _bag);
        layer = _extends.Apply(layer, path, context);
        layer = _include.Apply(layer, path, context);
        layer = model is null ? layer : _merge.Files(model, layer);
        layer = document.HasMarks ? Marks.Strip(layer) : layer;
        layer = Unicity.Apply(layer, _bag);
        ComposeSchema.Check(layer, _bag, _request.Interpolate);
        if (layer.Entry("version") is { } version)
        {
            _bag.Add(ValueDiagnostics.Obsolete(version.Key.Location, version.Name, version.Location));
            layer = layer.Without(version.Name);
        }

        return Unicity.Apply(CanonicalForm.Apply(layer, _bag, _request.Interpolate), _bag);
    }

    private YamlMapping? Interpolated(YamlDocument document, LoadContext context)
    {
        if (document.Root is not YamlMapping root)
        {
            _bag.Add(CompositionDiagnostics.NotAMapping(document.Root.Location, "a Compose file", document.Root.Kind));
            return null;
        }

        return _request.Interpolate ? (YamlMapping)Interpolation.Apply(root, context.Variables, _bag, ValueCasts.Places) : root;
    }
}
