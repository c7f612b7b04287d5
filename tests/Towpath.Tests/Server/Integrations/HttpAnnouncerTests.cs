using System.Text;
using System.Text.Json;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Server.Integrations;
using Towpath.Tests.Announcements;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Integrations;

/// <summary>What receivers get and how they are understood, against a real web server on this machine.</summary>
public sealed class HttpAnnouncerTests : IAsyncLifetime
{
    private const string Path = "/api/webhooks/4711/CANARY-0123456789?thread_id=77";

    private readonly ManualTime _time = new();
    private readonly HttpAnnouncer _announcer;
    private LocalReceiver _receiver = null!;

    public HttpAnnouncerTests() => _announcer = new HttpAnnouncer(_time, TimeSpan.FromSeconds(2));

    public async ValueTask InitializeAsync() => _receiver = await LocalReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _announcer.Dispose();
        await _receiver.DisposeAsync();
    }

    [Theory]
    [InlineData(ChannelKind.Discord, "embeds")]
    [InlineData(ChannelKind.Slack, "blocks")]
    [InlineData(ChannelKind.Teams, "attachments")]
    [InlineData(ChannelKind.Webhook, "version")]
    public async Task Send_EachKind_IsAPostOfItsOwnJson(ChannelKind kind, string key)
    {
        var attempt = await SendAsync(kind);

        attempt.ShouldBe(new DeliveryAttempt(DeliveryResult.Taken, "HTTP 204"));
        var request = _receiver.Received.ShouldHaveSingleItem();
        request.Method.ShouldBe("POST");
        request.Path.ShouldBe(Path);
        request.Headers["Content-Type"].ShouldBe("application/json");
        request.Headers["User-Agent"].ShouldStartWith("towpath/");
        request.Headers.Keys.ShouldNotContain("traceparent");
        JsonDocument.Parse(request.Body).RootElement.TryGetProperty(key, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Send_Webhook_IsSignedAndHasItsKey()
    {
        await SendAsync(ChannelKind.Webhook);

        var request = _receiver.Received.ShouldHaveSingleItem();
        request.Headers[WebhookMessage.DeliveryHeader].ShouldBe("k-1");
        request.Headers[WebhookMessage.EventHeader].ShouldBe("deployment.succeeded");
        WebhookMessageTests.IsGenuine(request.Headers[WebhookMessage.SignatureHeader], request.Body, Channels.Key, _time.Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData(200, DeliveryResult.Taken)]
    [InlineData(202, DeliveryResult.Taken)]
    [InlineData(400, DeliveryResult.Refused)]
    [InlineData(404, DeliveryResult.Refused)]
    [InlineData(429, DeliveryResult.Failed)]
    [InlineData(500, DeliveryResult.Failed)]
    public async Task Send_AnyKind_UnderstandsTheStatus(int status, DeliveryResult result)
    {
        _receiver.AnswerWith(status, "because\r\nof this", "12");

        foreach (var kind in new[] { ChannelKind.Discord, ChannelKind.Slack, ChannelKind.Teams, ChannelKind.Webhook })
        {
            var attempt = await SendAsync(kind);
            attempt.Result.ShouldBe(result);
            attempt.Detail.ShouldBe($"HTTP {status}: because of this");
            attempt.RetryAfter.ShouldBe(result == DeliveryResult.Failed ? TimeSpan.FromSeconds(12) : null);
        }
    }

    [Fact]
    public async Task Send_Redirect_IsNotFollowed()
    {
        _receiver.Answer = (context, _) =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        (await SendAsync(ChannelKind.Webhook)).Result.ShouldBe(DeliveryResult.Refused);
        _receiver.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_ConnectionBreaks_FailsAndSaysSo()
    {
        _receiver.Answer = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        (await SendAsync(ChannelKind.Slack)).ShouldBe(new DeliveryAttempt(DeliveryResult.Failed, "the connection broke before there was an answer"));
    }

    [Fact]
    public async Task Send_NobodyListens_FailsAndSaysSo()
    {
        await _receiver.DisposeAsync();
        (await SendAsync(ChannelKind.Slack)).ShouldBe(new DeliveryAttempt(DeliveryResult.Failed, "no connection"));
    }

    [Fact]
    public async Task Send_ReceiverHangs_EndsByItself()
    {
        _receiver.Answer = (context, _) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        (await SendAsync(ChannelKind.Discord)).ShouldBe(new DeliveryAttempt(DeliveryResult.Failed, "no answer within 2 s"));
    }

    [Fact]
    public async Task Send_TakenByAReceiverThatHangsAfterItsStatus_IsTaken()
    {
        _receiver.Answer = async (context, _) =>
        {
            context.Response.StatusCode = 200;
            await context.Response.StartAsync(context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };

        (await SendAsync(ChannelKind.Slack)).ShouldBe(new DeliveryAttempt(DeliveryResult.Taken, "HTTP 200"));
    }

    [Fact]
    public async Task Send_Cancelled_EndsAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        _receiver.Answer = (context, _) =>
        {
            cancel.Cancel();
            return Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };

        await Should.ThrowAsync<OperationCanceledException>(() => SendAsync(ChannelKind.Discord, cancel.Token));
    }

    [Fact]
    public async Task Send_EndlessAnswer_IsReadInPart()
    {
        _receiver.Answer = async (context, _) =>
        {
            context.Response.StatusCode = 400;
            var block = Encoding.UTF8.GetBytes(new string('x', 65_536));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };

        var attempt = await SendAsync(ChannelKind.Discord);
        attempt.Result.ShouldBe(DeliveryResult.Refused);
        attempt.Detail.Length.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Send_ReceiverSpeaksNoTls_FailsAndSaysSo()
    {
        var attempt = await _announcer.SendAsync(Channels.Http(url: _receiver.Url.Replace("http:", "https:", StringComparison.Ordinal)), Channels.Announcement(), "k-1", TestContext.Current.CancellationToken);
        attempt.Result.ShouldBe(DeliveryResult.Failed);
        attempt.Detail.ShouldContain("no safe connection");
    }

    [Fact]
    public async Task Send_ReceiverEchoesSecrets_TheyAreTakenOut()
    {
        _receiver.AnswerWith(400, $"no hook at {Path}, key {Channels.Key}, {_receiver.Url}{Path}");

        var detail = (await SendAsync(ChannelKind.Webhook)).Detail;
        detail.ShouldNotContain("CANARY");
        detail.ShouldNotContain(Channels.Key);
        detail.ShouldContain("***");
    }

    private Task<DeliveryAttempt> SendAsync(ChannelKind kind, CancellationToken? cancel = null) =>
        _announcer.SendAsync(Channels.Http(kind: kind, url: _receiver.Url + Path), Channels.Announcement(), "k-1", cancel ?? TestContext.Current.CancellationToken);
}
