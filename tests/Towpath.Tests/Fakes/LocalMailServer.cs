using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Towpath.Tests.Fakes;

/// <summary>A mail server on this machine that knows as much SMTP as one mail needs. One connection at a time.</summary>
internal sealed class LocalMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _serving;
    private bool _isGone;

    public LocalMailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Offers STARTTLS, with a certificate that nobody trusts.</summary>
    public bool HasTls { get; set; }

    /// <summary>What it says to a command, by its first word; others are taken.</summary>
    public Dictionary<string, string> Replies { get; } = [];

    /// <summary>Never says anything.</summary>
    public bool Hangs { get; set; }

    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Mails as they came.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    public async ValueTask DisposeAsync()
    {
        if (_isGone) return;
        _isGone = true;
        await _ended.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            using var client = await _listener.AcceptTcpClientAsync(_ended.Token);
            await TalkAsync(client.GetStream()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        if (Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, _ended.Token);
        await SayAsync(stream, "220 here");
        while (await LineAsync(stream) is { } line)
        {
            Commands.Enqueue(line);
            var word = line.Split(' ')[0].ToUpperInvariant();
            if (Replies.TryGetValue(word, out var reply))
            {
                await SayAsync(stream, reply);
                continue;
            }

            switch (word)
            {
                case "EHLO":
                    await SayAsync(stream, HasTls && stream is not SslStream ? "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN" : "250-here\r\n250 AUTH PLAIN");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go on");
                    var safe = new SslStream(stream);
                    await safe.AuthenticateAsServerAsync(Certificate());
                    stream = safe;
                    break;
                case "AUTH":
                    await SayAsync(stream, "235 welcome");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    Mails.Enqueue(await MailAsync(stream));
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private async Task<string> MailAsync(Stream stream)
    {
        var mail = new StringBuilder();
        while (await LineAsync(stream) is { } line && line != ".") mail.Append(line).Append('\n');
        return mail.ToString();
    }

    private async Task SayAsync(Stream stream, string text)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), _ended.Token);
        await stream.FlushAsync(_ended.Token);
    }

    private async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _ended.Token) == 1)
        {
            if (one[0] == (byte)'\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }
}
