using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Core.Announcements;

/// <summary>
/// The body for a webhook of Discord ("Execute Webhook" and "Embed Limits" of Discord's developer documentation): one embed, and
/// <c>allowed_mentions</c> with nothing in it, so that no text of a commit rings at everybody. Discord answers 204.
/// </summary>
public static class DiscordMessage
{
    private const int LongestTitle = 256;
    private const int LongestDescription = 4096;
    private const int MostFields = 25;
    private const int LongestName = 256;
    private const int LongestValue = 1024;

    /// <summary>Of all texts of a message's embeds together.</summary>
    private const int LongestWhole = 6000;

    /// <summary>The body, in UTF-8.</summary>
    public static byte[] Of(Announcement announcement)
    {
        var title = Shown(announcement.Title, LongestTitle);
        var description = Shown(announcement.Text, LongestDescription);
        var left = LongestWhole - title.Length - description.Length;
        var fields = new List<JsonObject>();
        foreach (var field in announcement.Fields.Take(MostFields))
        {
            var (name, value) = (Shown(field.Name, LongestName), Shown(field.Value, LongestValue));
            left -= name.Length + value.Length;
            if (left < 0)
            {
                break;
            }

            fields.Add(new JsonObject { ["name"] = name, ["value"] = value, ["inline"] = value.Length <= 40 });
        }

        return MessageJson.Bytes(new JsonObject
        {
            ["embeds"] = new JsonArray(new JsonObject
            {
                ["title"] = title,
                ["description"] = description,
                ["color"] = Color(announcement.Severity),
                ["timestamp"] = MessageJson.Time(announcement.At),
                ["fields"] = MessageJson.List(fields),
            }),
            ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
        });
    }

    /// <summary>As it is written: Discord's Markdown would make a link of another address, or hide half of a text.</summary>
    private static string Shown(string text, int most) =>
        text.Length == 0 ? "-" : CutText.Escaped(text, most, rune => IsMarkup(rune) ? $"\\{rune}" : rune.ToString());

    private static bool IsMarkup(Rune rune) => rune.IsAscii && @"\*_~`|<>[]()#".Contains((char)rune.Value, StringComparison.Ordinal);

    private static int Color(AnnouncementSeverity severity) => severity switch
    {
        AnnouncementSeverity.Good => 0x2E7D32,
        AnnouncementSeverity.Warning => 0xF9A825,
        AnnouncementSeverity.Bad => 0xC62828,
        _ => 0x546E7A,
    };
}
