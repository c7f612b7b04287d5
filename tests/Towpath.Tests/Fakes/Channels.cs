using Towpath.Core.Announcements;
using Towpath.Core.Configuration;

namespace Towpath.Tests.Fakes;

/// <summary>Channels for tests.</summary>
internal static class Channels
{
    public const string Key = "0123456789abcdef-key";

    public static HttpChannel Http(string name = "team", ChannelKind kind = ChannelKind.Discord, string url = "https://chat.example.org/hook", string[]? applications = null) =>
        new(name, kind, [.. applications ?? []], AnnouncementEvents.Default, new Secret(url), kind == ChannelKind.Webhook ? new Secret(Key) : null);

    public static MailChannel Mail(int port, MailSecurity security = MailSecurity.None, string? user = null, string? password = null) => new(
        "mail", [], AnnouncementEvents.Default, "127.0.0.1", port, security, user, password is null ? null : new Secret(password), "towpath@example.org", ["ops@example.org", "dev@example.org"]);

    public static Announcement Announcement(string text = "r-1 runs in production", int fields = 2) => new()
    {
        Event = "deployment.succeeded",
        At = Facts.Start,
        Title = "shop/production: deployed",
        Text = text,
        Severity = AnnouncementSeverity.Good,
        Fields = [.. Enumerable.Range(1, fields).Select(i => new AnnouncementField($"Name {i}", $"value {i}"))],
        Sequence = 7,
        Application = "shop",
        Environment = "production",
        Release = "r-1",
        Deployment = "d-1",
    };
}
