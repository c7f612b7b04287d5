using System.Text.Json;
using Towpath.Core.Announcements;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Announcements;

public sealed class ChatMessageTests
{
    private const string Nasty = "@everyone <!channel> <@U1> <at>all</at> [see](https://evil.example.org) **a** & \"quoted\"";

    [Fact]
    public void Discord_Message_IsOneEmbedThatRingsAtNobody()
    {
        var body = Parse(DiscordMessage.Of(Channels.Announcement(Nasty)));

        body.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        body.TryGetProperty("content", out _).ShouldBeFalse();
        var embed = body.GetProperty("embeds").EnumerateArray().ShouldHaveSingleItem();
        embed.GetProperty("title").GetString().ShouldBe("shop/production: deployed");
        embed.GetProperty("description").GetString()!.ShouldContain(@"\[see\]\(https://evil.example.org\)");
        embed.GetProperty("description").GetString()!.ShouldContain(@"\<!channel\>");
        embed.GetProperty("timestamp").GetString().ShouldBe("2026-03-02T10:00:00.000Z");
        embed.GetProperty("fields")[1].GetProperty("value").GetString().ShouldBe("value 2");
    }

    [Fact]
    public void Discord_TooMuchOfAll_StaysWithinLimits()
    {
        var embed = Parse(DiscordMessage.Of(Endless())).GetProperty("embeds")[0];
        var (title, description) = (embed.GetProperty("title").GetString()!, embed.GetProperty("description").GetString()!);
        var fields = embed.GetProperty("fields").EnumerateArray().Select(f => (Name: f.GetProperty("name").GetString()!, Value: f.GetProperty("value").GetString()!)).ToList();

        title.Length.ShouldBeLessThanOrEqualTo(256);
        description.Length.ShouldBeInRange(4000, 4096);
        description.ShouldEndWith("…");
        fields.Count.ShouldBeInRange(1, 25);
        fields.ShouldAllBe(f => f.Name.Length <= 256 && f.Value.Length <= 1024);
        (title.Length + description.Length + fields.Sum(f => f.Name.Length + f.Value.Length)).ShouldBeLessThanOrEqualTo(6000);
    }

    [Fact]
    public void Slack_Message_EscapesControlCharacters()
    {
        var body = Parse(SlackMessage.Of(Channels.Announcement(Nasty)));
        var blocks = body.GetProperty("blocks").EnumerateArray().ToList();

        blocks.Select(b => b.GetProperty("type").GetString()).ShouldBe(["header", "section", "section"]);
        blocks[0].GetProperty("text").GetProperty("text").GetString().ShouldBe("✔ shop/production: deployed");
        var text = blocks[1].GetProperty("text");
        text.GetProperty("text").GetString()!.ShouldStartWith("@everyone &lt;!channel&gt; &lt;@U1&gt;");
        text.GetProperty("text").GetString()!.ShouldContain("&amp; \"quoted\"");
        text.GetProperty("verbatim").GetBoolean().ShouldBeTrue();
        blocks[2].GetProperty("fields")[0].GetProperty("text").GetString().ShouldBe("*Name 1*\nvalue 1");
        body.GetProperty("text").GetString()!.ShouldNotContain("<!channel>");
    }

    [Fact]
    public void Slack_TooMuchOfAll_StaysWithinLimits()
    {
        var blocks = Parse(SlackMessage.Of(Endless())).GetProperty("blocks").EnumerateArray().ToList();

        blocks.Count.ShouldBeLessThanOrEqualTo(50);
        blocks[0].GetProperty("text").GetProperty("text").GetString()!.Length.ShouldBeLessThanOrEqualTo(150);
        var text = blocks[1].GetProperty("text").GetProperty("text").GetString()!;
        text.Length.ShouldBeInRange(2900, 3000);
        // Cut between two escaped characters, not within one.
        text.ShouldEndWith("&amp;…");
        foreach (var fields in blocks.Skip(2).Select(b => b.GetProperty("fields").EnumerateArray().ToList()))
        {
            fields.Count.ShouldBeLessThanOrEqualTo(10);
            fields.ShouldAllBe(f => f.GetProperty("text").GetString()!.Length <= 2000);
        }
    }

    [Fact]
    public void Teams_Message_IsAnAdaptiveCardWithoutMarkup()
    {
        var body = Parse(TeamsMessage.Of(Channels.Announcement(Nasty)));

        body.GetProperty("type").GetString().ShouldBe("message");
        var attachment = body.GetProperty("attachments").EnumerateArray().ShouldHaveSingleItem();
        attachment.GetProperty("contentType").GetString().ShouldBe("application/vnd.microsoft.card.adaptive");
        var card = attachment.GetProperty("content");
        card.GetProperty("type").GetString().ShouldBe("AdaptiveCard");
        card.TryGetProperty("msteams", out _).ShouldBeFalse();
        var blocks = card.GetProperty("body").EnumerateArray().ToList();
        // Markdown is read in a TextBlock and in a FactSet, never here.
        blocks.ShouldAllBe(b => b.GetProperty("type").GetString() == "RichTextBlock");
        blocks[1].GetProperty("inlines")[0].GetProperty("text").GetString().ShouldBe(Nasty);
        blocks[2].GetProperty("inlines").EnumerateArray().Select(r => r.GetProperty("text").GetString()).ShouldBe(["Name 1: ", "value 1"]);
    }

    [Theory]
    [InlineData("&")]
    [InlineData("漢")]
    [InlineData("😀")]
    [InlineData("\"")]
    [InlineData("\u2028")]
    public void Teams_TooMuchOfAll_StaysWithinLimits(string character)
    {
        var body = TeamsMessage.Of(Endless(character));
        body.Length.ShouldBeLessThanOrEqualTo(28 * 1024);
        Parse(body).GetProperty("attachments")[0].GetProperty("content").GetProperty("body")[1].GetProperty("inlines")[0].GetProperty("text").GetString()!.Length.ShouldBeGreaterThan(200);
    }

    [Fact]
    public void Messages_CutInTheMiddleOfAPair_StayValid()
    {
        foreach (var length in Enumerable.Range(2990, 12))
        {
            var text = new string('x', length) + string.Concat(Enumerable.Repeat("😀", 2000));
            foreach (var body in new[] { DiscordMessage.Of(Channels.Announcement(text)), SlackMessage.Of(Channels.Announcement(text)), TeamsMessage.Of(Channels.Announcement(text)) })
                body.AsSpan().IndexOf("\uFFFD"u8).ShouldBe(-1);
        }
    }

    private static Announcement Endless(string character = "&") => Channels.Announcement(Many(character, 20_000)) with
    {
        Title = Many(character, 5000),
        Fields = [.. Enumerable.Range(0, 700).Select(i => new AnnouncementField(i + Many(character, 500), Many(character, 5000)))],
    };

    private static string Many(string character, int count) => string.Concat(Enumerable.Repeat(character, count));

    private static JsonElement Parse(byte[] body) => JsonDocument.Parse(body).RootElement;
}
