using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Core.Announcements;

/// <summary>
/// The body for an incoming webhook of Slack ("Sending messages using incoming webhooks", "Block Kit" and "Formatting text" of Slack's
/// documentation). <c>&amp;</c>, <c>&lt;</c> and <c>&gt;</c> are escaped, and texts are <c>verbatim</c>: <c>&lt;!channel&gt;</c> in a commit's subject
/// stays a text. Slack answers 200 with <c>ok</c>.
/// </summary>
public static class SlackMessage
{
    private const int LongestHeader = 150;
    private const int LongestText = 3000;
    private const int LongestField = 2000;
    private const int FieldsOfSection = 10;
    private const int MostBlocks = 50;

    /// <summary>The body, in UTF-8.</summary>
    public static byte[] Of(Announcement announcement)
    {
        var blocks = new List<JsonObject>
        {
            new()
            {
                ["type"] = "header",
                ["text"] = new JsonObject { ["type"] = "plain_text", ["emoji"] = false, ["text"] = Shown($"{Mark(announcement.Severity)} {announcement.Title}", LongestHeader) },
            },
            new() { ["type"] = "section", ["text"] = Text(Shown(announcement.Text, LongestText)) },
        };
        blocks.AddRange(announcement.Fields.Chunk(FieldsOfSection).Take(MostBlocks - blocks.Count).Select(fields => new JsonObject
        {
            ["type"] = "section",
            ["fields"] = MessageJson.List(fields.Select(f => Text($"*{Shown(f.Name, 100)}*\n{Shown(f.Value, LongestField - 110)}"))),
        }));
        return MessageJson.Bytes(new JsonObject
        {
            // What notifications show, which have no blocks.
            ["text"] = Shown($"{announcement.Title}: {announcement.Text}", LongestText),
            ["blocks"] = MessageJson.List(blocks),
        });
    }

    private static JsonObject Text(string text) => new() { ["type"] = "mrkdwn", ["verbatim"] = true, ["text"] = text };

    private static string Shown(string text, int most) => text.Length == 0 ? "-" : CutText.Escaped(text, most, Escape);

    private static string Escape(Rune rune) => rune.Value switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ => rune.ToString(),
    };

    private static string Mark(AnnouncementSeverity severity) => severity switch
    {
        AnnouncementSeverity.Good => "✔",
        AnnouncementSeverity.Warning => "⚠",
        AnnouncementSeverity.Bad => "✖",
        _ => "•",
    };
}
