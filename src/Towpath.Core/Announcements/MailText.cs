using System.Text;

namespace Towpath.Core.Announcements;

/// <summary>The plain form: what an e-mail holds, and what a terminal shows.</summary>
public static class MailText
{
    /// <summary>The subject: one line.</summary>
    public static string Subject(Announcement announcement) => announcement.Title.Replace('\n', ' ');

    /// <summary>The body, lines ended by a line feed.</summary>
    public static string Body(Announcement announcement)
    {
        var text = new StringBuilder().Append(announcement.Text).Append("\n\n");
        foreach (var field in announcement.Fields)
        {
            text.Append(field.Name).Append(": ").Append(field.Value).Append('\n');
        }

        return text.Append("At: ").Append(MessageJson.Time(announcement.At)).Append('\n').ToString();
    }
}
