using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Compose;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>
/// A program that gives credentials, by the protocol of client.authentication.k8s.io (kubernetes.io: "client-go credential plugins"): it is told of itself in
/// <c>KUBERNETES_EXEC_INFO</c> and writes an ExecCredential to its standard output.
/// </summary>
/// <param name="ApiVersion">Version of the protocol.</param>
/// <param name="Command">The program: a path, or a name to look for in <c>PATH</c>.</param>
/// <param name="Place">Where it stands in the kubeconfig.</param>
public sealed record ExecPlugin(string ApiVersion, string Command, Location Place)
{
    /// <summary>What it gets.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Variables beside those of the process; values may be secrets.</summary>
    public ImmutableArray<(string Name, Secret Value)> Variables { get; init; } = [];

    /// <summary>What its provider says where it is not installed.</summary>
    public string? InstallHint { get; init; }

    /// <summary>What <c>KUBERNETES_EXEC_INFO</c> holds.</summary>
    public required string Info { get; init; }
}

/// <summary>What a plugin gave.</summary>
/// <param name="Token">A token; null where it gave a certificate only.</param>
/// <param name="Certificate">A certificate; null where it gave a token only.</param>
/// <param name="Ends">When it has to be asked again; null for when the server refuses.</param>
internal sealed record ExecCredential(Secret? Token, ClientCertificate? Certificate, DateTimeOffset? Ends)
{
    /// <summary>Reads what a plugin wrote.</summary>
    /// <param name="output">Its standard output.</param>
    /// <param name="apiVersion">The version that it was asked in.</param>
    /// <param name="problem">What is wrong, in words that hold nothing of the output.</param>
    public static ExecCredential? Read(ReadOnlySpan<byte> output, string apiVersion, out string problem)
    {
        problem = "";
        JsonNode? answer;
        try
        {
            answer = JsonNode.Parse(output);
        }
        catch (JsonException)
        {
            problem = "what it wrote is no JSON";
            return null;
        }

        if (answer.Text("kind") != "ExecCredential" || answer.Text("apiVersion") != apiVersion)
        {
            problem = $"what it wrote is no ExecCredential of {apiVersion}";
            return null;
        }

        var token = answer.Text("status", "token");
        var (certificate, key) = (answer.Text("status", "clientCertificateData"), answer.Text("status", "clientKeyData"));
        var shown = certificate is not null && key is not null ? ClientCertificate.Read(certificate, key, out problem) : null;
        if (problem.Length > 0) return null;
        if (string.IsNullOrEmpty(token) && shown is null)
        {
            problem = "it gave neither a token nor a certificate with a key";
            return null;
        }

        return new ExecCredential(string.IsNullOrEmpty(token) ? null : new Secret(token), shown, answer.Time("status", "expirationTimestamp"));
    }
}

/// <summary>Reads <c>exec</c> of a user.</summary>
internal sealed class ExecPluginReader(NodeReader values)
{
    private const int MostArguments = 200;

    /// <summary>The plugin, or null after an error was told.</summary>
    public ExecPlugin? Read(YamlNode node, string folder, ClusterAccess access, YamlMapping cluster)
    {
        if (values.Mapping(node, "`exec`") is not { } exec || !values.Require(exec.Get("command"), exec, "`exec`", "command")) return null;
        var version = values.Text(exec.Get("apiVersion"), "`apiVersion`");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            values.Bag.Add(KubeconfigDiagnostics.BadPluginVersion((exec.Get("apiVersion") ?? exec).Location, version));
            return null;
        }

        if (values.NonEmpty(exec.Get("command"), "`command`") is not { } command) return null;
        var mode = exec.Get("interactiveMode");
        if (values.Text(mode, "`interactiveMode`") == "Always")
        {
            values.Bag.Add(KubeconfigDiagnostics.PluginInteractive(mode!.Location, command));
            return null;
        }

        var passesCluster = values.Boolean(exec.Get("provideClusterInfo"), "`provideClusterInfo`") ?? false;
        return new ExecPlugin(version, command.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(Path.Combine(folder, command)) : command, exec.Get("command")!.Location with { Excerpt = null })
        {
            Arguments = [.. values.Texts(exec.Get("args"), "`args`").Take(MostArguments)],
            Variables = [.. Variables(exec)],
            InstallHint = values.Text(exec.Get("installHint"), "`installHint`"),
            Info = Info(version, passesCluster ? Cluster(access, cluster) : null),
        };
    }

    private IEnumerable<(string, Secret)> Variables(YamlMapping exec)
    {
        foreach (var item in values.Items(exec.Get("env"), "`env`").Take(MostArguments))
        {
            if (values.Mapping(item, "an entry of `env`") is { } pair && values.NonEmpty(pair.Get("name"), "`name`") is { } name)
            {
                yield return (name, new Secret(values.Text(pair.Get("value"), "`value`") ?? ""));
            }
        }
    }

    private static string Info(string version, JsonObject? cluster)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (cluster is not null) spec["cluster"] = cluster;
        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = version, ["spec"] = spec }.ToJsonString();
    }

    private static JsonObject Cluster(ClusterAccess access, YamlMapping cluster)
    {
        var told = new JsonObject { ["server"] = access.Server.OriginalString };
        if (access.ServerName is { } name) told["tls-server-name"] = name;
        if (access.IsInsecure) told["insecure-skip-tls-verify"] = true;
        if (access.Authority is { } authority) told["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority));
        if (access.Proxy is { } proxy) told["proxy-url"] = proxy.OriginalString;

        // What a provider's program wants to know of the cluster stands in an extension of this name, reserved by the protocol.
        var extension = (cluster.Get("extensions") as YamlSequence)?.Items.OfType<YamlMapping>()
            .FirstOrDefault(e => (e.Get("name") as YamlScalar)?.Value == "client.authentication.k8s.io/exec")?.Get("extension");
        if (extension is not null) told["config"] = Json(extension);
        return told;
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(e => KeyValuePair.Create(e.Name, Json(e.Value)))),
        YamlSequence list => new JsonArray([.. list.Items.Select(Json)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Type: YamlType.Boolean } flag => JsonValue.Create(flag.Value is "true" or "True" or "TRUE"),
        YamlScalar { Type: YamlType.Integer } number when long.TryParse(number.Value, out var whole) => JsonValue.Create(whole),
        YamlScalar scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };
}
