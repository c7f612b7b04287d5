using System.Collections.Immutable;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;
using Towpath.Core.Sources;

namespace Towpath.Core.Configuration;

/// <summary><c>sources</c>: repositories elsewhere that are watched.</summary>
internal sealed class SourceReader(NodeReader values, SecretReader secrets)
{
    private const int MostSources = 50;
    private const int ShortestKey = 16;

    private static readonly KeyTable Keys = new("a source", "name application url branch every user password hook secret");
    private readonly WatchReader _watch = new(values, "a source");

    /// <summary>All sources that could be read.</summary>
    public ImmutableArray<SourceSpec> Read(YamlNode? node)
    {
        var sources = ImmutableArray.CreateBuilder<SourceSpec>();
        var items = values.Items(node, "sources");
        if (items.Length > MostSources) values.Bag.Add(ValueDiagnostics.TooMany(items[MostSources].Location, "sources", MostSources));
        foreach (var item in items.Take(MostSources))
        {
            if (ReadSource(item) is not { } source) continue;
            if (sources.Any(s => s.Name == source.Name)) values.Bag.Add(SourceConfigurationDiagnostics.SameSource(item.Location, source.Name));
            sources.Add(source);
        }

        return sources.ToImmutable();
    }

    private SourceSpec? ReadSource(YamlNode item)
    {
        if (values.Mapping(item, Keys) is not { } source) return null;
        var name = _watch.Name(source);
        var application = source.Get("application") is null ? name : _watch.Label(source, "application", Names.LongestApplication);
        var url = values.Require(source.Get("url"), source, "a source", "url") ? values.NonEmpty(source.Get("url"), "url") : null;
        if (url is not null && UrlProblem(url) is { } problem) values.Bag.Add(SourceConfigurationDiagnostics.BadSourceUrl(source.Get("url")!.Location, problem));
        var branch = values.NonEmpty(source.Get("branch"), "branch") ?? HostedRepository.DefaultBranch;
        if (!HostedRepository.IsBranch(branch)) values.Bag.Add(ConfigurationDiagnostics.BadBranch(source.Get("branch")!.Location, branch));
        var password = secrets.Read(source.Get("password"), "password");
        if (source.Get("user") is not null) values.Require(source.Get("password"), source, "a source with a user", "password");
        var (hook, key) = Hook(source);
        return name is null || application is null || url is null
            ? null
            : new SourceSpec(name, application, url, branch, _watch.Every(source))
            {
                User = values.NonEmpty(source.Get("user"), "user"),
                Password = password is null ? null : password.Reveal,
                Hook = hook,
                HookKey = key is null ? null : key.Reveal,
            };
    }

    private (HookKind? Kind, Secret? Key) Hook(YamlMapping source)
    {
        HookKind? kind = values.Word(source.Get("hook"), "hook", "github", "gitlab", "generic") switch
        {
            "github" => HookKind.GitHub,
            "gitlab" => HookKind.GitLab,
            "generic" => HookKind.Generic,
            _ => null,
        };
        if (kind is null || !values.Require(source.Get("secret"), source, "a source with a hook", "secret")) return (null, null);
        var key = secrets.Read(source.Get("secret"), "secret");
        if (key?.Reveal().Length < ShortestKey) values.Bag.Add(ConfigurationDiagnostics.WeakKey(source.Get("secret")!.Location, ShortestKey));
        return (kind, key);
    }

    /// <summary>Why a repository can't be fetched from there; null where it can.</summary>
    private static string? UrlProblem(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) switch
    {
        false => "it is no whole address",
        _ when text[0] == '-' || text.Any(c => c <= ' ') => "it is no whole address",
        // A path alone would be taken for a file's address.
        _ when !text.StartsWith(url!.Scheme + "://", StringComparison.OrdinalIgnoreCase) => "it is no whole address",
        _ when url.Scheme is not ("https" or "http" or "ssh" or "file") => $"it begins with {url.Scheme}:",
        _ when url.Scheme == "http" && !url.IsLoopback => "what is fetched could be altered on its way",
        _ when url.Scheme != "ssh" && url.UserInfo.Length > 0 => "it holds a login: write user and password as keys of their own",
        _ when url.UserInfo.Contains(':', StringComparison.Ordinal) => "it holds a password: ssh uses the keys of the user who serves",
        _ when url.Fragment.Length > 0 || url.Query.Length > 0 => "it holds a part after ? or #",
        _ => null,
    };
}
