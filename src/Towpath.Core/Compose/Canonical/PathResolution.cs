using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 13: relative paths become absolute.</summary>
internal static class PathResolution
{
    /// <summary>The same model with absolute paths.</summary>
    /// <param name="model">In canonical form; whole, or only with <c>services</c>.</param>
    /// <param name="directory">What relative paths count from.</param>
    /// <param name="home">What <c>~</c> stands for; null leaves it.</param>
    public static YamlMapping Apply(YamlMapping model, string directory, string? home) => new Walk(directory, home).Root(model);

    private sealed class Walk(string directory, string? home)
    {
        public YamlMapping Root(YamlMapping model) => model.ReplaceAll(entry => (entry.Name, entry.Value) switch
        {
            ("services", YamlMapping all) => all.ReplaceAll(service => service.Value is YamlMapping one ? one.ReplaceAll(OfService) : service.Value),
            ("secrets" or "configs", YamlMapping all) => all.ReplaceAll(resource => Within(resource.Value, "file", HostPath)),
            ("volumes", YamlMapping all) => all.ReplaceAll(volume => volume.Value is YamlMapping one ? BoundVolume(one) : volume.Value),
            _ => entry.Value,
        });

        private YamlNode OfService(YamlEntry entry) => entry.Name switch
        {
            "build" => entry.Value is YamlMapping build ? build.ReplaceAll(OfBuild) : entry.Value,
            "env_file" => Each(entry.Value, file => Within(file, "path", FilePath)),
            "label_file" => Each(entry.Value, FilePath),
            "extends" => Within(entry.Value, "file", FilePath),
            "develop" => Within(entry.Value, "watch", watches => Each(watches, watch => Within(watch, "path", FilePath))),
            "volumes" => Each(entry.Value, volume => IsBind(volume) ? Within(volume, "source", HostPath) : volume),
            _ => entry.Value,
        };

        private YamlNode OfBuild(YamlEntry entry) => (entry.Name, entry.Value) switch
        {
            ("context", _) => Context(entry.Value),
            ("additional_contexts", YamlMapping contexts) => contexts.ReplaceAll(context => Context(context.Value)),
            ("ssh", YamlMapping keys) => keys.ReplaceAll(key => HostPath(key.Value)),
            _ => entry.Value,
        };

        private YamlMapping BoundVolume(YamlMapping volume) =>
            Nodes.TextOf(volume.Get("driver")) == "local" && volume.Get("driver_opts") is YamlMapping options && Nodes.TextOf(options.Get("o")) == "bind"
                ? volume.With("driver_opts", options.Replace("device", HostPath))
                : volume;

        private YamlNode Context(YamlNode node) => node is YamlScalar text && IsElsewhere(text.Value) ? node : FilePath(node);

        private YamlNode FilePath(YamlNode node) => Changed(node, static path => path.StartsWith('/'));

        private YamlNode HostPath(YamlNode node) => Changed(node, static path => path.StartsWith('/') || IsWindows(path));

        private YamlNode Changed(YamlNode node, Predicate<string> isAbsolute)
        {
            if (node is not YamlScalar { IsBroken: false, Value.Length: > 0 } scalar || node.IsNull)
            {
                return node;
            }

            var path = AtHome(scalar.Value);
            path = isAbsolute(path) ? path : UnixPath.Join(directory, path);
            return path == scalar.Value ? node : Nodes.Text(node, path);
        }

        private string AtHome(string path) => home is not null && path.StartsWith('~') ? UnixPath.Join(home, path[1..].TrimStart('/')) : path;
    }

    /// <summary>Whether a build context is none on disk: another service's image, an address, or a repository.</summary>
    public static bool IsElsewhere(string context)
    {
        if (context.Contains("://", StringComparison.Ordinal) || context.StartsWith("service:", StringComparison.Ordinal))
        {
            return true;
        }

        foreach (var prefix in Remotes)
        {
            if (context.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static readonly string[] Remotes = ["https://", "http://", "git://", "ssh://", "github.com/", "git@"];

    private static bool IsBind(YamlNode volume) => volume is YamlMapping mapping && Nodes.TextOf(mapping.Get("type")) == "bind";

    // `C:\data`, `C:/data` and `\\server\share`.
    private static bool IsWindows(string path) =>
        path.StartsWith(@"\\", StringComparison.Ordinal) || (path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/');

    private static YamlNode Within(YamlNode node, string key, Func<YamlNode, YamlNode> change) => node is YamlMapping mapping ? mapping.Replace(key, change) : node;

    private static YamlNode Each(YamlNode node, Func<YamlNode, YamlNode> change) => node is YamlSequence list ? list.ReplaceAll(change) : node;
}
