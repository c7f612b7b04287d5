using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Core.Announcements;

/// <summary>
/// The body for a receiver of one's own, and its signature. The form is version 1: keys may be added, none changes its meaning. It is
/// described for those who write receivers in <c>docs/guide/server-yaml.md</c>.
/// </summary>
public static class WebhookMessage
{
    /// <summary>Header with time and signature, as <see cref="Sign"/> makes it.</summary>
    public const string SignatureHeader = "Towpath-Signature";

    /// <summary>Header with the idempotency key: the same for each attempt at the same announcement.</summary>
    public const string DeliveryHeader = "Towpath-Delivery";

    /// <summary>Header with the event.</summary>
    public const string EventHeader = "Towpath-Event";

    /// <summary>How old a signature may be for a receiver that follows our advice; an attempt takes 15 seconds at most, clocks may differ.</summary>
    public static TimeSpan Tolerance { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The body, in UTF-8.</summary>
    /// <param name="announcement">What is announced.</param>
    /// <param name="key">Its idempotency key.</param>
    public static byte[] Of(Announcement announcement, string key) => MessageJson.Bytes(new JsonObject
    {
        ["version"] = 1,
        ["id"] = key,
        ["event"] = announcement.Event,
        ["at"] = MessageJson.Time(announcement.At),
        ["severity"] = Word(announcement.Severity),
        ["title"] = announcement.Title,
        ["text"] = announcement.Text,
        ["sequence"] = announcement.Sequence,
        ["application"] = announcement.Application,
        ["environment"] = announcement.Environment,
        ["release"] = announcement.Release,
        ["deployment"] = announcement.Deployment,
        ["run"] = announcement.Run,
        ["actor"] = announcement.Actor,
        ["fields"] = MessageJson.List(announcement.Fields.Select(f => new JsonObject { ["name"] = f.Name, ["value"] = f.Value })),
    });

    /// <summary>The word for a severity: <c>info</c>, <c>good</c>, <c>warning</c>, <c>bad</c>.</summary>
    public static string Word(AnnouncementSeverity severity) => severity switch
    {
        AnnouncementSeverity.Good => "good",
        AnnouncementSeverity.Warning => "warning",
        AnnouncementSeverity.Bad => "bad",
        _ => "info",
    };

    /// <summary>
    /// The value of <see cref="SignatureHeader"/>: <c>t=SECONDS,v1=HEX</c>, where HEX is the HMAC-SHA256 (RFC 2104) under the key, as UTF-8, of
    /// the seconds since 1970, a full stop and the body.
    /// </summary>
    public static string Sign(string key, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(time), (byte)'.', .. body];
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed))}";
    }
}
