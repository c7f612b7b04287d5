using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Compose;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>Reads a file's text; null and a problem where it can't.</summary>
internal delegate string? ReadFile(string path, out string problem);

/// <summary>A context of a kubeconfig to how the cluster is reached. Only what the context names is looked at: a broken entry that nobody uses is none of ours.</summary>
internal sealed class AccessReader(DiagnosticBag bag, ReadFile readFile)
{
    private readonly NodeReader _values = new(bag);

    /// <summary>Reads a context; null after an error was told.</summary>
    public ClusterAccess? Read(KubeconfigFile file, string? contextName)
    {
        var name = contextName ?? file.CurrentContext?.Value;
        if (file.Contexts.FirstOrDefault(c => c.Name == name) is not { } context)
        {
            bag.Add(KubeconfigDiagnostics.NoContext(name, file.Contexts.Select(c => c.Name).Take(20), contextName is null ? file.CurrentContext?.Location : null));
            return null;
        }

        var cluster = Named(context, "cluster", file.Clusters, isRequired: true);
        var user = Named(context, "user", file.Users, isRequired: false);
        if (cluster is null || Server(cluster) is not { } server) return null;
        var access = Cluster(cluster, new ClusterAccess(context.Name, server, _values.Text(context.Body.Get("namespace"), "`namespace`") is { Length: > 0 } given ? given : "default"));
        return user is null ? access : User(user, access, cluster.Body);
    }

    private KubeconfigEntry? Named(KubeconfigEntry context, string kind, ImmutableArray<KubeconfigEntry> entries, bool isRequired)
    {
        var node = context.Body.Get(kind);
        var name = _values.Text(node, $"`{kind}`");
        if (string.IsNullOrEmpty(name) && !isRequired) return null;
        var entry = entries.FirstOrDefault(e => e.Name == name);
        if (entry is null) bag.Add(KubeconfigDiagnostics.MissingReference((node ?? context.Body).Location, kind, name));
        return entry;
    }

    private Uri? Server(KubeconfigEntry cluster)
    {
        var node = cluster.Body.Get("server");
        var text = _values.Text(node, "`server`");
        var problem = text switch
        {
            null => "`server` is missing",
            _ when !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0 => "it is no http or https address",
            _ when new Uri(text).UserInfo.Length > 0 => "it holds a user",
            _ => null,
        };
        if (problem is null) return new Uri(text!);
        bag.Add(KubeconfigDiagnostics.BadServer((node ?? cluster.Body).Location, problem));
        return null;
    }

    private ClusterAccess Cluster(KubeconfigEntry cluster, ClusterAccess access)
    {
        var body = cluster.Body;
        var authority = Pem(cluster, "certificate-authority");
        if (authority is { } given && ClientCertificate.Authorities(given.Text) is null)
        {
            bag.Add(KubeconfigDiagnostics.BadCertificate(given.Node.Location, given.Key, "there is no certificate in it"));
        }

        var insecure = body.Get("insecure-skip-tls-verify");
        var isInsecure = _values.Boolean(insecure, "`insecure-skip-tls-verify`") ?? false;
        if (isInsecure && authority is not null) bag.Add(KubeconfigDiagnostics.Contradiction(insecure!.Location, "insecure-skip-tls-verify", authority.Value.Key));
        return access with
        {
            Authority = authority?.Text,
            IsInsecure = isInsecure,
            ServerName = _values.Text(body.Get("tls-server-name"), "`tls-server-name`"),
            Proxy = Proxy(body.Get("proxy-url")),
        };
    }

    private Uri? Proxy(YamlNode? node)
    {
        if (_values.Text(node, "`proxy-url`") is not { Length: > 0 } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5" && proxy.Host.Length > 0) return proxy;
        bag.Add(KubeconfigDiagnostics.BadProxy(node!.Location));
        return null;
    }

    private ClusterAccess User(KubeconfigEntry user, ClusterAccess access, YamlMapping cluster)
    {
        if (_values.Mapping(user.Body.Get("auth-provider"), "`auth-provider`") is { } provider)
        {
            bag.Add(KubeconfigDiagnostics.LegacyAuthProvider(provider.Location, (provider.Get("name") as YamlScalar)?.Value ?? ""));
            return access;
        }

        return access with { Certificate = Certificate(user), Login = Login(user, access, cluster) };
    }

    // kubectl takes them in this order too: a file wins over a token, a token over a password, and a program is asked where none of them is there.
    private ClusterLogin Login(KubeconfigEntry user, ClusterAccess access, YamlMapping cluster)
    {
        var body = user.Body;
        if (_values.Text(body.Get("tokenFile"), "`tokenFile`") is { Length: > 0 } file) return new ClusterLogin.BearerFile(Path.Combine(user.Folder, file));
        if (_values.Text(body.Get("token"), "`token`") is { Length: > 0 } token) return new ClusterLogin.Bearer(new Secret(token));
        if (_values.Text(body.Get("username"), "`username`") is { Length: > 0 } name)
        {
            return new ClusterLogin.Basic(name, new Secret(_values.Text(body.Get("password"), "`password`") ?? ""));
        }

        return body.Get("exec") is { } exec && new ExecPluginReader(_values).Read(exec, user.Folder, access, cluster) is { } plugin ? new ClusterLogin.Plugin(plugin) : ClusterLogin.None;
    }

    private ClientCertificate? Certificate(KubeconfigEntry user)
    {
        var (certificate, key) = (Pem(user, "client-certificate"), Pem(user, "client-key"));
        if (certificate is not { } shown)
        {
            if (key is { } alone) bag.Add(KubeconfigDiagnostics.BadCertificate(alone.Node.Location, alone.Key, "there is no `client-certificate` beside it"));
            return null;
        }

        if (key is null)
        {
            if (user.Body.Get("client-key") is null && user.Body.Get("client-key-data") is null)
            {
                bag.Add(KubeconfigDiagnostics.BadCertificate(shown.Node.Location, shown.Key, "there is no `client-key` beside it"));
            }

            return null;
        }

        var read = ClientCertificate.Read(shown.Text, key.Value.Text, out var problem);
        if (read is null) bag.Add(KubeconfigDiagnostics.BadCertificate(shown.Node.Location, shown.Key, problem));
        return read;
    }

    // Data in the file wins over a path, as for kubectl.
    private (string Text, YamlNode Node, string Key)? Pem(KubeconfigEntry entry, string key)
    {
        if (entry.Body.Get(key + "-data") is { } data)
        {
            if (_values.Text(data, $"`{key}-data`") is not { } base64) return null;
            var bytes = new byte[(base64.Length / 4 * 3) + 3];
            if (Convert.TryFromBase64String(base64, bytes, out var length)) return (Encoding.UTF8.GetString(bytes, 0, length), data, key + "-data");
            bag.Add(KubeconfigDiagnostics.BadBase64(data.Location, key + "-data"));
            return null;
        }

        var node = entry.Body.Get(key);
        if (_values.Text(node, $"`{key}`") is not { Length: > 0 } named) return null;
        var path = Path.Combine(entry.Folder, named);
        if (readFile(path, out var problem) is { } text) return (text, node!, key);
        bag.Add(KubeconfigDiagnostics.FileUnreadable(path, problem, node!.Location));
        return null;
    }
}
