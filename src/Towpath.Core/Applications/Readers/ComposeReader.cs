using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>A Compose file read, before its references are checked.</summary>
/// <param name="Name"><c>name:</c> of the file, or null.</param>
/// <param name="Services">All services, those of inactive profiles too, in the order of their names.</param>
/// <param name="Networks">The network names that services use, with their places.</param>
/// <param name="Volumes">Named volumes.</param>
/// <param name="Secrets">Secrets.</param>
/// <param name="Configs">Configs.</param>
/// <param name="Declared">All names that the file declares, by their top-level key, those too whose values are broken.</param>
/// <param name="Location">Where the file begins.</param>
internal sealed record ComposeModel(
    string? Name,
    ImmutableArray<Service> Services,
    ImmutableArray<(string Name, Location Place)> Networks,
    ImmutableArray<Volume> Volumes,
    ImmutableArray<Secret> Secrets,
    ImmutableArray<Config> Configs,
    ILookup<string, string> Declared,
    Location Location);

/// <summary>The top level of a Compose file.</summary>
internal sealed class ComposeReader(ProjectReading project)
{
    private const int MostEntries = 500;
    private const int MostConfigBytes = 500 * 1024;
    private readonly NodeReader _values = project.Values;

    /// <summary>The file, or null where it is no mapping.</summary>
    public ComposeModel? Read(YamlNode root)
    {
        if (_values.Mapping(root, ComposeKeys.Root) is not { } file)
        {
            return null;
        }

        var services = _values.Entries(file.Get("services"), "services", MostEntries);
        var reader = new ServiceReader(project);
        var read = services.Select(reader.Read).OfType<Service>().OrderBy(s => s.Name, StringComparer.Ordinal).ToImmutableArray();
        var used = services
            .SelectMany(s => reader.NetworkNames((s.Value as YamlMapping)?.Get("networks")))
            .Select(n => (n.Name, n.Place.Location))
            .ToImmutableArray();
        CheckDeclared(file, "networks", ComposeKeys.Network);
        return new ComposeModel(
            _values.NonEmpty(file.Get("name"), "name"),
            read,
            used,
            [.. CheckDeclared(file, "volumes", ComposeKeys.Volume).Select(e => new Volume(e.Name, e.Key.Location))],
            [.. CheckDeclared(file, "secrets", ComposeKeys.Secret).Select(ReadSecret).OfType<Secret>()],
            [.. CheckDeclared(file, "configs", ComposeKeys.Config).Select(ReadConfig).OfType<Config>()],
            file.Entries
                .SelectMany(e => ((e.Value as YamlMapping)?.Entries ?? []).Select(inner => (Key: e.Name, inner.Name)))
                .ToLookup(pair => pair.Key, pair => pair.Name, StringComparer.Ordinal),
            file.Location with { EndLine = file.Span.Line, EndColumn = file.Span.Column });
    }

    private ImmutableArray<YamlEntry> CheckDeclared(YamlMapping file, string key, KeyTable table)
    {
        var entries = _values.Entries(file.Get(key), key, MostEntries);
        foreach (var entry in entries)
        {
            if (!Names.IsComposeName(entry.Name))
            {
                project.Bag.Add(ValueDiagnostics.BadName(entry.Key.Location, $"a name under {key}", entry.Name, Names.ComposeRule));
            }

            if (!entry.Value.IsNull)
            {
                _values.Mapping(entry.Value, table);
            }
        }

        return entries;
    }

    private Secret? ReadSecret(YamlEntry entry)
    {
        var secret = entry.Value as YamlMapping;
        var place = entry.Key.Location;
        var generate = _values.Mapping(secret?.Get("x-towpath"), ComposeKeys.SecretDelivery)?.Get("generate");
        if (generate is not null)
        {
            return _values.Integer(generate, "generate", 8, 256) is { } length ? new Secret(entry.Name, SecretSource.Generated, null, length, place) : null;
        }

        if (secret?.Get("file") is { } file)
        {
            return project.FileInside(file, "the file of a secret") is { } found ? new Secret(entry.Name, SecretSource.File, found.Path, 0, place) : null;
        }

        var external = secret?.Get("external") is { } flag && (_values.Boolean(flag, "external") ?? false);
        if (external || _values.NonEmpty(secret?.Get("environment"), "environment") is not null)
        {
            return new Secret(entry.Name, SecretSource.Given, null, 0, place);
        }

        project.Bag.Add(ValueDiagnostics.MissingKey(place, $"the secret `{entry.Name}`", "`file`, `environment`, `external` or `x-towpath: { generate: 32 }`"));
        return null;
    }

    private string? ConfigFile(YamlNode file)
    {
        if (project.FileInside(file, "the file of a config") is not { } found)
        {
            return null;
        }

        if (found.Bytes.Length <= MostConfigBytes)
        {
            return YamlText.DecodeVerbatim(found.Path, found.Bytes.Span, project.Bag);
        }

        project.Bag.Add(ComposeDiagnostics.FileTooLarge(found.Path, found.Bytes.Length, MostConfigBytes));
        return null;
    }

    private Config? ReadConfig(YamlEntry entry)
    {
        var config = entry.Value as YamlMapping;
        var place = entry.Key.Location;
        if (config?.Get("file") is { } file)
        {
            return ConfigFile(file) is { } text ? new Config(entry.Name, text, place) : null;
        }

        if (config?.Entry("content") is { Value: YamlScalar content })
        {
            return new Config(entry.Name, content.IsNull ? "" : content.Value, place);
        }

        if (_values.NonEmpty(config?.Get("environment"), "environment") is { } variable)
        {
            if (project.Variables.TryGetValue(variable, out var value))
            {
                return new Config(entry.Name, value, place);
            }

            project.Bag.Add(ComposeDiagnostics.VariableRequired(config!.Get("environment")!.Location, variable, ""));
            return null;
        }

        if (config?.Get("external") is null)
        {
            project.Bag.Add(ValueDiagnostics.MissingKey(place, $"the config `{entry.Name}`", "`file`, `content` or `environment`"));
        }

        return null;
    }
}
