using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>A Compose project read, before the rules over all of its services.</summary>
/// <param name="Services">Active services, in the order of their names; those that can't be read are left out.</param>
/// <param name="ServiceNames">The names of all active services.</param>
/// <param name="Networks">The network names that services use, with their places.</param>
/// <param name="Volumes">Named volumes.</param>
/// <param name="Secrets">Secrets.</param>
/// <param name="SecretNames">The names of all secrets, those too that can't be read.</param>
/// <param name="Configs">Configs.</param>
/// <param name="Location">Where the first file begins.</param>
internal sealed record ComposeModel(
    ImmutableArray<Service> Services,
    ImmutableArray<string> ServiceNames,
    ImmutableArray<(string Name, Location Place)> Networks,
    ImmutableArray<Volume> Volumes,
    ImmutableArray<Secret> Secrets,
    ImmutableArray<string> SecretNames,
    ImmutableArray<Config> Configs,
    Location Location);

/// <summary>The top level of a Compose project.</summary>
internal sealed class ComposeReader(ProjectReading project)
{
    private const int MostEntries = 500;
    private const int MostConfigBytes = 500 * 1024;
    private readonly NodeReader _values = project.Values;

    /// <summary>The project.</summary>
    /// <param name="model">In canonical form.</param>
    public ComposeModel Read(YamlMapping model)
    {
        _values.Mapping(model, CarriedKeys.Root);
        var services = _values.Entries(model.Get("services"), "services", MostEntries);
        var reader = new ServiceReader(project, InternalNetworks(model));
        var read = services.Select(reader.Read).OfType<Service>().OrderBy(s => s.Name, StringComparer.Ordinal).ToImmutableArray();
        var used = services
            .SelectMany(s => reader.NetworkNames((s.Value as YamlMapping)?.Get("networks")))
            .Select(n => (n.Name, n.Place.Location))
            .ToImmutableArray();
        CheckDeclared(model, "networks", CarriedKeys.Network);
        var secrets = CheckDeclared(model, "secrets", CarriedKeys.Secret);
        var volumes = new ClusterVolumeReader(project);
        return new ComposeModel(
            new ClusterNames(project).Apply(read, services),
            [.. services.Select(e => e.Name)],
            used,
            [.. CheckDeclared(model, "volumes", CarriedKeys.Volume).Select(e => new Volume(e.Name, e.Key.Location) { Cluster = volumes.Read(e) })],
            [.. secrets.Select(ReadSecret).OfType<Secret>()],
            [.. secrets.Select(e => e.Name)],
            [.. CheckDeclared(model, "configs", CarriedKeys.Config).Select(ReadConfig).OfType<Config>()],
            model.Location with { EndLine = model.Span.Line, EndColumn = model.Span.Column });
    }

    private ImmutableHashSet<string> InternalNetworks(YamlMapping model) =>
    [
        .. ((model.Get("networks") as YamlMapping)?.Entries ?? [])
            .Where(e => e.Value is YamlMapping network && project.ForKubernetes && _values.Boolean(network.Get("internal"), "internal") == true)
            .Select(e => e.Name),
    ];

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
        var generate = _values.Mapping(secret?.Get("x-towpath"), CarriedKeys.SecretDelivery)?.Get("generate");
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
