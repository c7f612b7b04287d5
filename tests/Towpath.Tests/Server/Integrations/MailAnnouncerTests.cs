using MimeKit;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Server.Integrations;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Integrations;

/// <summary>E-mail, against a small mail server on this machine.</summary>
public sealed class MailAnnouncerTests : IAsyncDisposable
{
    private readonly LocalMailServer _server = new();
    private readonly MailAnnouncer _announcer = new(new ManualTime(), TimeSpan.FromSeconds(5));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Send_Taken_IsAMailWithItsKeyAsMessageId()
    {
        var attempt = await SendAsync(Channels.Mail(_server.Port), Channels.Announcement("Grüße\nfrom here"));

        attempt.ShouldBe(new DeliveryAttempt(DeliveryResult.Taken, "SMTP 250: taken"));
        var mail = Parse(_server.Mails.ShouldHaveSingleItem());
        mail.Subject.ShouldBe("shop/production: deployed");
        mail.MessageId.ShouldBe("k1@example.org");
        mail.From.Mailboxes.Single().Address.ShouldBe("towpath@example.org");
        mail.To.Mailboxes.Select(m => m.Address).ShouldBe(["ops@example.org", "dev@example.org"]);
        mail.Date.ShouldBe(Facts.Start);
        mail.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        mail.TextBody!.ReplaceLineEndings("\n").ShouldBe("Grüße\nfrom here\n\nName 1: value 1\nName 2: value 2\nAt: 2026-03-02T10:00:00.000Z\n");
        _server.Commands.Where(c => c.StartsWith("RCPT", StringComparison.Ordinal)).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Send_TitleWithLineEnds_AddsNoHeader()
    {
        await SendAsync(Channels.Mail(_server.Port), Channels.Announcement() with { Title = "one\r\nBcc: eve@example.org\r\n\r\nbody" });

        var mail = Parse(_server.Mails.ShouldHaveSingleItem());
        mail.Bcc.ShouldBeEmpty();
        mail.Headers.Select(h => h.Field).ShouldNotContain("Bcc");
        _server.Commands.ShouldNotContain(c => c.Contains("eve@example.org", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_WithLogin_UsesIt()
    {
        (await SendAsync(Channels.Mail(_server.Port, user: "towpath", password: "CANARY"), Channels.Announcement())).Result.ShouldBe(DeliveryResult.Taken);
        _server.Commands.ShouldContain(c => c.StartsWith("AUTH PLAIN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("RCPT", "550 no such user CANARY", DeliveryResult.Refused)]
    [InlineData("MAIL", "451 later", DeliveryResult.Failed)]
    [InlineData("DATA", "554 no", DeliveryResult.Refused)]
    [InlineData("AUTH", "535 no", DeliveryResult.Refused)]
    [InlineData("EHLO", "421 going", DeliveryResult.Failed)]
    public async Task Send_ServerSaysNo_IsTriedAgainOrRefused(string command, string reply, DeliveryResult result)
    {
        _server.Replies[command] = reply;
        if (command == "EHLO") _server.Replies["HELO"] = reply;

        var attempt = await SendAsync(Channels.Mail(_server.Port, user: "towpath", password: "CANARY"), Channels.Announcement());

        attempt.Result.ShouldBe(result, attempt.Detail);
        attempt.Detail.ShouldNotContain("CANARY");
        _server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_NoStartTlsOffered_SendsNothing()
    {
        (await SendAsync(Channels.Mail(_server.Port, MailSecurity.StartTls, "towpath", "CANARY"), Channels.Announcement())).Result.ShouldBe(DeliveryResult.Refused);
        _server.Commands.ShouldNotContain(c => c.StartsWith("AUTH", StringComparison.Ordinal));
        _server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_CertificateThatNobodyTrusts_SendsNothing()
    {
        _server.HasTls = true;

        var attempt = await SendAsync(Channels.Mail(_server.Port, MailSecurity.StartTls, "towpath", "CANARY"), Channels.Announcement());

        attempt.Result.ShouldBe(DeliveryResult.Failed);
        attempt.Detail.ShouldContain("certificate");
        _server.Commands.ShouldNotContain(c => c.StartsWith("AUTH", StringComparison.Ordinal));
        _server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_StartTls_LogsInBehindIt()
    {
        _server.HasTls = true;
        var trusting = new MailAnnouncer(new ManualTime(), TimeSpan.FromSeconds(5), (_, certificate, _, _) => certificate?.Subject == "CN=localhost");

        var attempt = await trusting.SendAsync(Channels.Mail(_server.Port, MailSecurity.StartTls, "towpath", "CANARY"), Channels.Announcement(), "k1", TestContext.Current.CancellationToken);

        attempt.Result.ShouldBe(DeliveryResult.Taken, attempt.Detail);
        _server.Commands.Select(c => c.Split(' ')[0]).ShouldBe(["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "RCPT", "DATA", "QUIT"]);
    }

    [Fact]
    public async Task Send_ServerHangs_EndsByItself()
    {
        _server.Hangs = true;
        var hurried = new MailAnnouncer(new ManualTime(), TimeSpan.FromSeconds(1));
        (await hurried.SendAsync(Channels.Mail(_server.Port), Channels.Announcement(), "k1", TestContext.Current.CancellationToken)).ShouldBe(new DeliveryAttempt(DeliveryResult.Failed, "not taken within 1 s"));
    }

    [Fact]
    public async Task Send_NobodyListens_Fails()
    {
        var port = _server.Port;
        await _server.DisposeAsync();
        (await SendAsync(Channels.Mail(port), Channels.Announcement())).Result.ShouldBe(DeliveryResult.Failed);
    }

    private Task<DeliveryAttempt> SendAsync(MailChannel channel, Announcement announcement) => _announcer.SendAsync(channel, announcement, "k1", TestContext.Current.CancellationToken);

    private static MimeMessage Parse(string mail) => MimeMessage.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail)));
}
