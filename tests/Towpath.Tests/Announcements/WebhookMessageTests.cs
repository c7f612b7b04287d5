using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Towpath.Core.Announcements;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Announcements;

public sealed class WebhookMessageTests
{
    [Fact]
    public void Of_Announcement_HasTheKeysThatTheGuideShows()
    {
        var body = JsonDocument.Parse(WebhookMessage.Of(Channels.Announcement(), "k-1")).RootElement;
        var shown = Regex.Match(File.ReadAllText(RepositoryRoot.Combine("docs", "guide", "server-yaml.md")), "```json\n(?<body>.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Groups["body"].Value;

        body.EnumerateObject().Select(p => p.Name).ShouldBe(JsonDocument.Parse(shown).RootElement.EnumerateObject().Select(p => p.Name));
        body.GetProperty("id").GetString().ShouldBe("k-1");
        body.GetProperty("severity").GetString().ShouldBe("good");
        body.GetProperty("run").ValueKind.ShouldBe(JsonValueKind.Null);
        body.GetProperty("fields")[0].GetProperty("name").GetString().ShouldBe("Name 1");
    }

    [Fact]
    public void Sign_KnownInput_IsTheKnownSignature() =>
        // printf '1772445600.{}' | openssl dgst -sha256 -hmac 0123456789abcdef-key
        WebhookMessage.Sign(Channels.Key, Facts.Start, "{}"u8).ShouldBe("t=1772445600,v1=a04295b6724331f27ee361f7a18cc0535bd3f0c5b1d63f03a4ef2175ed9b9aff");

    [Theory]
    [InlineData(0, "{}", Channels.Key, true)]
    [InlineData(299, "{}", Channels.Key, true)]
    [InlineData(301, "{}", Channels.Key, false)]
    [InlineData(-301, "{}", Channels.Key, false)]
    [InlineData(0, "{ }", Channels.Key, false)]
    [InlineData(0, "{}", "another key that is long", false)]
    public void Sign_ByTheRulesOfTheGuide_ReceiverTellsWhatIsGenuine(int seconds, string body, string key, bool isGenuine) =>
        IsGenuine(WebhookMessage.Sign(Channels.Key, Facts.Start, "{}"u8), Encoding.UTF8.GetBytes(body), key, Facts.Start.AddSeconds(seconds)).ShouldBe(isGenuine);

    /// <summary>What a receiver does, as the guide tells it.</summary>
    public static bool IsGenuine(string header, byte[] body, string key, DateTimeOffset now)
    {
        var parts = header.Split(',').Select(p => p.Split('=', 2)).ToList();
        var sent = parts.Single(p => p[0] == "t")[1];
        if ((now - DateTimeOffset.FromUnixTimeSeconds(long.Parse(sent, CultureInfo.InvariantCulture))).Duration() > WebhookMessage.Tolerance) return false;
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(sent + ".").Concat(body).ToArray()));
        return parts.Any(p => p[0] == "v1" && p[1] == expected);
    }
}
