using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Configuration;

/// <summary>What came of reading the file.</summary>
/// <param name="Configuration">What it says; null when any diagnostic is an error.</param>
/// <param name="Diagnostics">All problems by line and column. None shows a line of the file, which may hold a secret.</param>
public sealed record ConfigurationReading(ServerConfiguration? Configuration, ImmutableArray<Diagnostic> Diagnostics);

/// <summary><c>server.yaml</c>: what a control plane is told when it starts. All keys: <c>docs/guide/server-yaml.md</c>.</summary>
public static class ConfigurationReader
{
    private static readonly KeyTable RootKeys = new("server.yaml", "announce git listen login ports secrets sources storage trackers url");
    private static readonly KeyTable StorageKeys = new("storage", "postgres");

    /// <summary>Reads the file. Variables are replaced in all values, not in keys.</summary>
    /// <param name="path">Its path, as messages show it.</param>
    /// <param name="bytes">Its content; an empty file says nothing.</param>
    /// <param name="inputs">Variables and secrets.</param>
    public static ConfigurationReading Read(string path, ReadOnlyMemory<byte> bytes, ConfigurationInputs inputs)
    {
        var bag = new DiagnosticBag();
        var configuration = Read(path, bytes, inputs, bag);
        return new ConfigurationReading(
            bag.HasErrors ? null : configuration,
            [.. bag.ToSorted().Select(WithoutLine)]);
    }

    // A fix knows the line that it changes, too.
    private static Diagnostic WithoutLine(Diagnostic diagnostic) =>
        diagnostic with { Location = diagnostic.Location is { } place ? place with { Excerpt = null } : null, Fix = null };

    private static ServerConfiguration Read(string path, ReadOnlyMemory<byte> bytes, ConfigurationInputs inputs, DiagnosticBag bag)
    {
        if (YamlText.Decode(path, bytes.Span, bag) is not { } source || SaysNothing(source.Text) || YamlReader.Read(source, bag) is not { IsNull: false } root)
        {
            return ServerConfiguration.None;
        }

        var values = new NodeReader(bag);
        var file = values.Mapping(new ConfigurationVariables(inputs.Variables, bag).Replace(root), RootKeys);
        var secrets = new SecretReader(values, inputs);
        var listen = new ListenReader(values);
        var url = listen.Url(file?.Get("url"), isWhole: file?.Get("listen") is not null || file?.Get("login") is not null);
        var channels = new ChannelReader(values, secrets).Read(file?.Get("announce"));
        var sources = new SourceReader(values, secrets).Read(file?.Get("sources"));
        var trackers = new TrackerReader(values, secrets).Read(file?.Get("trackers"), [.. channels.Select(c => (c.Name, "channel")), .. sources.Select(s => (s.Name, "source"))]);
        return new ServerConfiguration([.. channels, .. trackers.Select(t => new TrackerChannel(t))])
        {
            Sources = sources,
            Git = new GitReader(values).Read(file?.Get("git")),
            Ports = new PortPolicyReader(values).Read(file?.Get("ports")),
            SecretKeys = new SecretKeysReader(values, secrets).Read(file?.Get("secrets")),
            Postgres = Postgres(file?.Get("storage"), values, secrets),
            Url = url,
            Listen = listen.Read(file?.Get("listen"), file, url),
            Provider = new ProviderReader(values, secrets).Read(file?.Get("login"), file),
        };
    }

    private static Secret? Postgres(YamlNode? node, NodeReader values, SecretReader secrets)
    {
        if (node is null || values.Mapping(node, StorageKeys) is not { } storage)
        {
            return null;
        }

        var postgres = storage.Get("postgres");
        return values.Require(postgres, storage, "storage", "postgres") ? secrets.Read(postgres, "postgres") : null;
    }

    private static bool SaysNothing(string text) => text.Split('\n').Select(line => line.Trim()).All(line => line.Length == 0 || line[0] == '#');
}
