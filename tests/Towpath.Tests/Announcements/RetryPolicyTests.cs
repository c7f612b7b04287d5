using Towpath.Core.Announcements;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Announcements;

public sealed class RetryPolicyTests
{
    private static readonly DeliveryAttempt Failed = new(DeliveryResult.Failed, "HTTP 500");

    [Theory]
    [InlineData(1, 0, 5)]
    [InlineData(2, 0, 10)]
    [InlineData(3, 1, 30)]
    [InlineData(8, 0, 640)]
    [InlineData(9, 0, 900)]
    [InlineData(23, 0, 900)]
    [InlineData(23, 1, 1350)]
    [InlineData(1, 0.5, 6.25)]
    public void After_Failure_WaitsTwiceAsLongEachTime(int attempts, double chance, double seconds) =>
        RetryPolicy.After(attempts, Failed, Facts.Start, chance).At.ShouldBe(Facts.Start.AddSeconds(seconds));

    [Theory]
    [InlineData(60, 60)]
    [InlineData(1, 5)]
    [InlineData(86_400, 3600)]
    public void After_ReceiverAsksForTime_GetsIt(int asked, int seconds) =>
        RetryPolicy.After(1, Failed with { RetryAfter = TimeSpan.FromSeconds(asked) }, Facts.Start, 0).At.ShouldBe(Facts.Start.AddSeconds(seconds));

    [Fact]
    public void After_Refusal_IsNeverTriedAgain()
    {
        var next = RetryPolicy.After(1, new DeliveryAttempt(DeliveryResult.Refused, "HTTP 404: gone"), Facts.Start, 0);
        next.At.ShouldBeNull();
        next.Reason.ShouldBe("HTTP 404: gone");
    }

    [Fact]
    public void After_LastAttempt_SaysWhy()
    {
        RetryPolicy.After(RetryPolicy.MostAttempts - 1, Failed, Facts.Start, 0).At.ShouldNotBeNull();
        RetryPolicy.After(RetryPolicy.MostAttempts, Failed, Facts.Start, 0).ShouldBe(new NextAttempt(null, "given up after 24 attempts: HTTP 500"));
    }

    [Theory]
    [InlineData(200, DeliveryResult.Taken)]
    [InlineData(202, DeliveryResult.Taken)]
    [InlineData(204, DeliveryResult.Taken)]
    [InlineData(301, DeliveryResult.Refused)]
    [InlineData(400, DeliveryResult.Refused)]
    [InlineData(401, DeliveryResult.Refused)]
    [InlineData(404, DeliveryResult.Refused)]
    [InlineData(408, DeliveryResult.Failed)]
    [InlineData(410, DeliveryResult.Refused)]
    [InlineData(425, DeliveryResult.Failed)]
    [InlineData(429, DeliveryResult.Failed)]
    [InlineData(500, DeliveryResult.Failed)]
    [InlineData(503, DeliveryResult.Failed)]
    public void OfStatus_Each_IsTakenTriedAgainOrRefused(int status, DeliveryResult result) =>
        DeliveryAttempt.OfStatus(status, "said", null, Facts.Start).Result.ShouldBe(result);

    [Theory]
    [InlineData("2", 2.0)]
    [InlineData("0.35", 0.35)]
    [InlineData("Mon, 02 Mar 2026 10:01:00 GMT", 60.0)]
    [InlineData("Mon, 02 Mar 2026 09:00:00 GMT", null)]
    [InlineData("99999999999999999999", 3600.0)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public void OfStatus_RetryAfter_IsSecondsOrADate(string? header, double? seconds) =>
        DeliveryAttempt.OfStatus(429, "said", header, Facts.Start).RetryAfter.ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);

    [Theory]
    [InlineData(421, DeliveryResult.Failed)]
    [InlineData(451, DeliveryResult.Failed)]
    [InlineData(550, DeliveryResult.Refused)]
    public void OfReply_Each_IsTriedAgainOrRefused(int code, DeliveryResult result) => DeliveryAttempt.OfReply(code, "said").Result.ShouldBe(result);
}
