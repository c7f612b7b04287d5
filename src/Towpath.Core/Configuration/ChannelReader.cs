using System.Collections.Immutable;
using Towpath.Core.Announcements;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;

namespace Towpath.Core.Configuration;

/// <summary><c>announce</c>: the channels.</summary>
internal sealed class ChannelReader(NodeReader values, SecretReader secrets)
{
    private const int MostChannels = 20;
    private const int MostReaders = 20;
    private const int LongestName = 40;
    private const int ShortestKey = 16;
    private const string CommonKeys = "name kind applications events ";

    private static readonly string[] Kinds = ["discord", "slack", "teams", "webhook", "smtp"];
    private static readonly string[] Securities = ["starttls", "implicit", "none"];

    private static readonly KeyTable ChatKeys = new("a channel of a chat", CommonKeys + "url");
    private static readonly KeyTable WebhookKeys = new("a channel of the kind webhook", CommonKeys + "url secret");
    private static readonly KeyTable MailKeys = new("a channel of the kind smtp", CommonKeys + "host port tls user password from to");

    /// <summary>All channels that could be read.</summary>
    public ImmutableArray<Channel> Read(YamlNode? node)
    {
        var channels = ImmutableArray.CreateBuilder<Channel>();
        var items = values.Items(node, "announce");
        if (items.Length > MostChannels)
        {
            values.Bag.Add(ValueDiagnostics.TooMany(items[MostChannels].Location, "announce", MostChannels));
        }

        foreach (var item in items.Take(MostChannels))
        {
            if (ReadChannel(item) is not { } channel)
            {
                continue;
            }

            if (channels.Any(c => c.Name == channel.Name))
            {
                values.Bag.Add(ConfigurationDiagnostics.SameChannel(((YamlMapping)item).Get("name")!.Location, channel.Name));
            }

            channels.Add(channel);
        }

        return channels.ToImmutable();
    }

    private Channel? ReadChannel(YamlNode item)
    {
        if (values.Mapping(item, "a channel") is not { } channel || !values.Require(channel.Get("kind"), channel, "a channel", "kind"))
        {
            return null;
        }

        var name = Name(channel);
        var kind = values.Word(channel.Get("kind"), "kind", Kinds);
        if (kind is null || values.Mapping(channel, kind switch { "smtp" => MailKeys, "webhook" => WebhookKeys, _ => ChatKeys }) is null)
        {
            return null;
        }

        var applications = values.Texts(channel.Get("applications"), "applications");
        var events = Events(channel.Get("events"));
        var service = Enum.Parse<ChannelKind>(kind, ignoreCase: true);
        return service == ChannelKind.Smtp ? Mail(channel, name, applications, events) : Http(channel, name, service, applications, events);
    }

    private string Name(YamlMapping channel)
    {
        if (!values.Require(channel.Get("name"), channel, "a channel", "name") || values.NonEmpty(channel.Get("name"), "name") is not { } name)
        {
            return "";
        }

        if (!Names.IsLabel(name, LongestName))
        {
            values.Bag.Add(ValueDiagnostics.BadName(channel.Get("name")!.Location, "the name of a channel", name, Names.LabelRule(LongestName)));
        }

        return name;
    }

    private ImmutableSortedSet<string> Events(YamlNode? node)
    {
        if (node is null)
        {
            return AnnouncementEvents.Default;
        }

        string[] known = [.. AnnouncementEvents.All.Select(e => e.Name)];
        return values.Items(node, "events").Select(item => values.Word(item, "an event", known)).OfType<string>().ToImmutableSortedSet(StringComparer.Ordinal);
    }

    private HttpChannel? Http(YamlMapping channel, string name, ChannelKind kind, ImmutableArray<string> applications, ImmutableSortedSet<string> events)
    {
        // Where requests are signed, the address alone gives nobody the right to send any.
        var url = values.Require(channel.Get("url"), channel, "a channel", "url") ? secrets.Read(channel.Get("url"), "url", mayStandHere: kind == ChannelKind.Webhook) : null;
        if (url is not null && UrlProblem(url.Reveal()) is { } problem)
        {
            values.Bag.Add(ConfigurationDiagnostics.BadUrl(channel.Get("url")!.Location, problem));
        }

        Secret? key = null;
        if (kind == ChannelKind.Webhook && values.Require(channel.Get("secret"), channel, "a channel of the kind webhook", "secret"))
        {
            key = secrets.Read(channel.Get("secret"), "secret");
            if (key?.Reveal().Length < ShortestKey)
            {
                values.Bag.Add(ConfigurationDiagnostics.WeakKey(channel.Get("secret")!.Location, ShortestKey));
            }
        }

        return url is null ? null : new HttpChannel(name, kind, applications, events, url, key);
    }

    /// <summary>Why an address can't be called; null where it can.</summary>
    internal static string? UrlProblem(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) switch
    {
        false => "it is no whole address",
        _ when url!.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp => $"it begins with {url.Scheme}:",
        _ when url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback => "what is sent to it could be read on its way",
        _ when url.UserInfo.Length > 0 => "it holds a user or a password before the host, which is not sent",
        _ when url.Fragment.Length > 0 => "it holds a part after #, which is not sent",
        _ => null,
    };

    private MailChannel? Mail(YamlMapping channel, string name, ImmutableArray<string> applications, ImmutableSortedSet<string> events)
    {
        var subject = "a channel of the kind smtp";
        var host = values.Require(channel.Get("host"), channel, subject, "host") ? values.NonEmpty(channel.Get("host"), "host") : null;
        var security = values.Word(channel.Get("tls"), "tls", Securities) switch
        {
            "implicit" => MailSecurity.Implicit,
            "none" => MailSecurity.None,
            _ => MailSecurity.StartTls,
        };
        if (security == MailSecurity.None && host is not (null or "localhost" or "127.0.0.1" or "::1"))
        {
            values.Bag.Add(ConfigurationDiagnostics.UnprotectedMail(channel.Get("tls")!.Location, host));
        }

        // Submission (RFC 6409), or submissions (RFC 8314).
        var port = values.Integer(channel.Get("port"), "port", 1, 65535) ?? (security == MailSecurity.Implicit ? 465 : security == MailSecurity.None ? 25 : 587);
        var user = values.NonEmpty(channel.Get("user"), "user");
        var password = secrets.Read(channel.Get("password"), "password");
        if (user is not null)
        {
            values.Require(channel.Get("password"), channel, "a channel with a user", "password");
        }

        var from = values.Require(channel.Get("from"), channel, subject, "from") ? Address(channel.Get("from")!, "from") : null;
        values.Require(channel.Get("to"), channel, subject, "to");
        ImmutableArray<string> to = [.. values.OneOrMore(channel.Get("to"), "to").Take(MostReaders).Select(item => Address(item, "an entry of to")).OfType<string>()];
        return host is null || from is null || to.IsEmpty ? null : new MailChannel(name, applications, events, host, port, security, user, password, from, to);
    }

    private string? Address(YamlNode node, string what)
    {
        if (values.NonEmpty(node, what) is not { } text)
        {
            return null;
        }

        var at = text.IndexOf('@');
        if (at > 0 && at < text.Length - 1 && at == text.LastIndexOf('@') && text.Length <= 254 && text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>' or ',' or ';' or '"' or '(' or ')' or '\\')))
        {
            return text;
        }

        values.Bag.Add(ConfigurationDiagnostics.BadAddress(node.Location, what));
        return null;
    }
}
