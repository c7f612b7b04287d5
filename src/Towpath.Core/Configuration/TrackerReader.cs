using System.Collections.Frozen;
using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Trackers;

namespace Towpath.Core.Configuration;

/// <summary><c>trackers</c>: projects in GitLab and GitHub whose issues are deploy requests.</summary>
internal sealed class TrackerReader(NodeReader values, SecretReader secrets)
{
    private const int MostTrackers = 20;
    private const int MostAccounts = 1000;
    private const int LongestWord = 200;
    private const int ShortestKey = 16;

    private static readonly KeyTable Keys = new("a tracker", "name kind url project token applications label every accounts secret");
    private readonly WatchReader _watch = new(values, "a tracker");

    /// <summary>All trackers that could be read.</summary>
    /// <param name="node">Their list, or null.</param>
    /// <param name="taken">Names that channels and sources have, each with what has it.</param>
    public ImmutableArray<TrackerSpec> Read(YamlNode? node, IEnumerable<(string Name, string What)> taken)
    {
        var names = taken.DistinctBy(t => t.Name).ToDictionary(t => t.Name, t => t.What, StringComparer.Ordinal);
        var trackers = ImmutableArray.CreateBuilder<TrackerSpec>();
        var items = values.Items(node, "trackers");
        if (items.Length > MostTrackers) values.Bag.Add(ValueDiagnostics.TooMany(items[MostTrackers].Location, "trackers", MostTrackers));
        foreach (var item in items.Take(MostTrackers))
        {
            if (ReadTracker(item) is not { } tracker) continue;
            if (!names.TryAdd(tracker.Name, "tracker")) values.Bag.Add(TrackerConfigurationDiagnostics.SameTracker(item.Location, tracker.Name, names[tracker.Name]));
            trackers.Add(tracker);
        }

        return trackers.ToImmutable();
    }

    private TrackerSpec? ReadTracker(YamlNode item)
    {
        if (values.Mapping(item, Keys) is not { } tracker) return null;
        var name = _watch.Name(tracker);
        TrackerKind? kind = Required(tracker, "kind") is { } word && values.Word(word, "kind", "gitlab", "github") is { } known
            ? known == "gitlab" ? TrackerKind.GitLab : TrackerKind.GitHub
            : null;
        var url = Url(tracker.Get("url"), kind);
        var project = Project(tracker, kind);
        var token = Required(tracker, "token") is { } secret ? secrets.Read(secret, "token") : null;
        if (token is not null && !token.Reveal().All(c => c is > ' ' and < '\x7f')) values.Bag.Add(TrackerConfigurationDiagnostics.BadWord(tracker.Get("token")!.Location, "token", "it has blanks or letters that no token has"));
        var applications = Applications(tracker, name);
        var label = Label(tracker.Get("label"));
        var key = tracker.Get("secret") is { } hook ? secrets.Read(hook, "secret") : null;
        if (key?.Reveal().Length < ShortestKey) values.Bag.Add(ConfigurationDiagnostics.WeakKey(tracker.Get("secret")!.Location, ShortestKey));
        var accounts = Accounts(tracker, name);
        return name is null || kind is null || url is null || project is null || token is null
            ? null
            : new TrackerSpec(name, kind.Value, url, project, token.Reveal, applications)
            {
                Label = label,
                Every = _watch.Every(tracker),
                Accounts = accounts,
                HookKey = key is null ? null : key.Reveal,
            };
    }

    private YamlNode? Required(YamlMapping tracker, string key) => values.Require(tracker.Get(key), tracker, "a tracker", key) ? tracker.Get(key) : null;

    private Uri? Url(YamlNode? node, TrackerKind? kind)
    {
        if (node is null) return new Uri(kind == TrackerKind.GitHub ? "https://api.github.com/" : "https://gitlab.com/api/v4/");
        if (values.NonEmpty(node, "url") is not { } text) return null;
        var problem = ChannelReader.UrlProblem(text) ?? (text.Contains('?', StringComparison.Ordinal) ? "it holds a part after ?" : null);
        if (problem is null) return new Uri(text.TrimEnd('/') + "/");
        values.Bag.Add(ConfigurationDiagnostics.BadUrl(node.Location, problem));
        return null;
    }

    private string? Project(YamlMapping tracker, TrackerKind? kind)
    {
        if (Required(tracker, "project") is not { } node || values.Text(node, "project")?.Trim('/') is not { } project) return null;
        var parts = project.Split('/');
        var fits = project.Length <= LongestWord
            && parts.All(part => part.Length > 0 && part is not ("." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            && (kind == TrackerKind.GitHub ? parts.Length == 2 : parts.Length > 1 || project.All(char.IsAsciiDigit));
        if (!fits) values.Bag.Add(TrackerConfigurationDiagnostics.BadProject(node.Location, kind == TrackerKind.GitHub ? "OWNER/NAME" : "its path, such as GROUP/NAME, or its number"));
        return project;
    }

    private ImmutableArray<string> Applications(YamlMapping tracker, string? name)
    {
        ImmutableArray<string> applications = tracker.Get("applications") is null
            ? [name ?? ""]
            : [.. values.OneOrMore(tracker.Get("applications"), "applications").Select(item => values.NonEmpty(item, "an entry of applications")).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (applications.IsEmpty) values.Require(null, tracker, "a tracker", "applications");
        return applications;
    }

    private string Label(YamlNode? node)
    {
        if (values.NonEmpty(node, "label") is not { } label) return TrackerSpec.DefaultLabel;
        // A list of labels is parted by commas in both.
        if (label.Length > LongestWord || label.Any(c => c == ',' || char.IsControl(c))) values.Bag.Add(TrackerConfigurationDiagnostics.BadWord(node!.Location, "label", "it is one label, without a comma"));
        return label;
    }

    private FrozenDictionary<string, string> Accounts(YamlMapping tracker, string? name)
    {
        var entries = values.Entries(tracker.Get("accounts"), "accounts", MostAccounts);
        if (entries.IsEmpty && name is not null) values.Bag.Add(TrackerConfigurationDiagnostics.NoAccounts(tracker.Location, name));
        return entries.Select(e => (e.Name, Account: values.NonEmpty(e.Value, "an account"))).Where(e => e.Account is not null)
            .DistinctBy(e => e.Name, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(e => e.Name, e => e.Account!, StringComparer.OrdinalIgnoreCase);
    }
}
