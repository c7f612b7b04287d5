using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;

namespace Towpath.Server.Integrations;

/// <summary>Hands e-mails to a mail server, each over a connection of its own.</summary>
/// <param name="time">For its time-out.</param>
/// <param name="patience">How long an attempt may take, unless it is <see cref="HttpAnnouncer.Patience"/>.</param>
/// <param name="trust">For tests alone: which certificates are accepted beside those that the machine trusts.</param>
internal sealed class MailAnnouncer(TimeProvider time, TimeSpan? patience = null, RemoteCertificateValidationCallback? trust = null)
{
    private readonly TimeSpan _patience = patience ?? HttpAnnouncer.Patience;

    /// <inheritdoc cref="IAnnouncer.SendAsync"/>
    public async Task<DeliveryAttempt> SendAsync(MailChannel channel, Announcement announcement, string key, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await SendAsync(channel, Mail(channel, announcement, key), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryAttempt(DeliveryResult.Failed, string.Create(CultureInfo.InvariantCulture, $"not taken within {_patience.TotalSeconds} s"));
        }
        catch (SmtpCommandException exception)
        {
            var code = (int)exception.StatusCode;
            return DeliveryAttempt.OfReply(code, string.Create(CultureInfo.InvariantCulture, $"SMTP {code}: {ReceiverWords.Of(exception.Message, channel.Password)}"));
        }
        catch (AuthenticationException)
        {
            return new DeliveryAttempt(DeliveryResult.Refused, "the mail server does not accept the user or the password");
        }
        catch (NotSupportedException)
        {
            return new DeliveryAttempt(DeliveryResult.Refused, "the mail server offers no STARTTLS, or no login");
        }
        catch (SslHandshakeException)
        {
            return new DeliveryAttempt(DeliveryResult.Failed, "no safe connection: its certificate is not accepted, or it speaks no TLS");
        }
        catch (Exception exception) when (exception is ProtocolException or IOException or SocketException)
        {
            return new DeliveryAttempt(DeliveryResult.Failed, "no connection to the mail server, or it broke");
        }
    }

    private async Task<DeliveryAttempt> SendAsync(MailChannel channel, MimeMessage mail, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient
        {
            // As for webhooks: a revocation list that can't be reached must not silence the channel.
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = trust,
        };
        await client.ConnectAsync(channel.Host, channel.Port, Options(channel.Security), cancellationToken);
        if (channel is { User: { } user, Password: { } password }) await client.AuthenticateAsync(user, password.Reveal(), cancellationToken);
        var answer = await client.SendAsync(mail, cancellationToken);
        await EndAsync(client, cancellationToken);
        return new DeliveryAttempt(DeliveryResult.Taken, $"SMTP 250: {ReceiverWords.Of(answer, channel.Password)}");
    }

    /// <summary>It was taken: how the connection ends no longer matters.</summary>
    private static async Task EndAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception exception) when (exception is ProtocolException or IOException or SocketException or OperationCanceledException)
        {
            // Nothing to do about it.
        }
    }

    /// <summary>The mail. Header values are encoded and folded by the library; control characters are gone already.</summary>
    private static MimeMessage Mail(MailChannel channel, Announcement announcement, string key)
    {
        var mail = new MimeMessage
        {
            Subject = MailText.Subject(announcement),
            Date = announcement.At,
            // The same for each attempt, so that mail systems can tell a second copy (RFC 5322, 3.6.4).
            MessageId = $"{key}@{channel.From.Split('@')[1]}",
            Body = new TextPart("plain") { Text = MailText.Body(announcement) },
        };
        mail.From.Add(new MailboxAddress("Towpath", channel.From));
        mail.To.AddRange(channel.To.Select(to => new MailboxAddress("", to)));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Headers.Add(WebhookMessage.EventHeader, announcement.Event);
        return mail;
    }

    private static SecureSocketOptions Options(MailSecurity security) => security switch
    {
        MailSecurity.Implicit => SecureSocketOptions.SslOnConnect,
        MailSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
