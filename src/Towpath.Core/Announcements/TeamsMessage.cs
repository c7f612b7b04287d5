using System.Text.Json.Nodes;

namespace Towpath.Core.Announcements;

/// <summary>
/// The body for a webhook of a workflow in Microsoft Teams ("Create incoming webhooks with Workflows" and "Adaptive Cards" of Microsoft's
/// documentation): a message with one Adaptive Card. All texts are runs of a <c>RichTextBlock</c>, in which no Markdown is read; and
/// nobody is mentioned, since a mention needs an entity beside the text. Teams answers 202.
/// </summary>
public static class TeamsMessage
{
    /// <summary>Most bytes of a message.</summary>
    private const int LongestBody = 28 * 1024;

    /// <summary>The body, in UTF-8.</summary>
    public static byte[] Of(Announcement announcement)
    {
        for (var most = 4000; ; most /= 2)
        {
            var body = MessageJson.Bytes(Message(announcement, most));
            if (body.Length <= LongestBody)
            {
                return body;
            }
        }
    }

    private static JsonObject Message(Announcement announcement, int most) => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = new JsonObject
            {
                ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                ["type"] = "AdaptiveCard",
                ["version"] = "1.2",
                ["body"] = MessageJson.List(
                [
                    Block(Run(CutText.At(announcement.Title, Math.Min(most, 300)), Color(announcement.Severity), isBold: true)),
                    Block(Run(CutText.At(announcement.Text, most))),
                    .. announcement.Fields.Take(Math.Min(most, 20)).Select(f =>
                        Block(Run(CutText.At(f.Name, Math.Min(most, 100)) + ": ", isBold: true), Run(CutText.At(f.Value, Math.Max(1, most / 4))))),
                ]),
            },
        }),
    };

    private static JsonObject Block(params JsonObject[] runs) => new() { ["type"] = "RichTextBlock", ["inlines"] = MessageJson.List(runs) };

    private static JsonObject Run(string text, string color = "default", bool isBold = false) => new()
    {
        ["type"] = "TextRun",
        ["text"] = text,
        ["color"] = color,
        ["weight"] = isBold ? "bolder" : "default",
    };

    private static string Color(AnnouncementSeverity severity) => severity switch
    {
        AnnouncementSeverity.Good => "good",
        AnnouncementSeverity.Warning => "warning",
        AnnouncementSeverity.Bad => "attention",
        _ => "default",
    };
}
