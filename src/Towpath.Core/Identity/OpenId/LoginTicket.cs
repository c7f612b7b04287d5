using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Identity.OpenId;

/// <summary>
/// What binds one login at a provider to the browser that began it. The browser keeps one cookie: the time, 256 random bits, and where it wants to go afterwards; state, nonce and
/// PKCE verifier come from all of it by HMAC. So nothing is stored here for logins that are begun and never ended, and a changed cookie fits no answer.
/// </summary>
/// <param name="Cookie">What the browser keeps.</param>
/// <param name="Begun">When.</param>
/// <param name="Return">Where the browser goes afterwards: a path of this control plane.</param>
/// <param name="State">Comes back with the answer.</param>
/// <param name="Nonce">Comes back in the ID token.</param>
/// <param name="Verifier">Proves that whoever exchanges the code is who asked for it, RFC 7636.</param>
public sealed record LoginTicket(string Cookie, DateTimeOffset Begun, string Return, string State, string Nonce, string Verifier)
{
    private const int RandomBytes = 32;
    private const int MostCharacters = 2048;

    /// <summary>How long a login may take.</summary>
    public static TimeSpan Time { get; } = TimeSpan.FromMinutes(10);

    /// <summary>What the provider learns of <see cref="Verifier"/>.</summary>
    public string Challenge => Base64Text.Sha256(Verifier);

    /// <summary>A new one.</summary>
    /// <param name="key">The control plane's own.</param>
    /// <param name="random">32 random bytes, used once.</param>
    /// <param name="back">Where the browser goes afterwards.</param>
    /// <param name="now">The time.</param>
    public static LoginTicket Begin(ReadOnlySpan<byte> key, ReadOnlySpan<byte> random, string back, DateTimeOffset now)
    {
        if (random.Length != RandomBytes) throw new ArgumentException($"{RandomBytes} bytes", nameof(random));
        var cookie = string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}.{Base64Url.EncodeToString(random)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(back))}");
        return Of(key, cookie, DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()), back);
    }

    /// <summary>The one that a browser brings back; null where the cookie is none, its time is over, or the state is not of it.</summary>
    public static LoginTicket? Resume(ReadOnlySpan<byte> key, string? cookie, string? state, DateTimeOffset now)
    {
        if (cookie is null or { Length: > MostCharacters } || state is null || cookie.Split('.') is not [var time, var random, var back]) return null;
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > now.ToUnixTimeSeconds() || now.ToUnixTimeSeconds() - seconds >= Time.TotalSeconds) return null;
        if (Base64Text.Decode(random) is not { Length: RandomBytes } || Base64Text.Decode(back) is not { } path) return null;
        var ticket = Of(key, cookie, DateTimeOffset.FromUnixTimeSeconds(seconds), Encoding.UTF8.GetString(path));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(ticket.State)) ? ticket : null;
    }

    /// <summary>Without what must not get into a log.</summary>
    public override string ToString() => nameof(LoginTicket);

    private static LoginTicket Of(ReadOnlySpan<byte> key, string cookie, DateTimeOffset begun, string back) =>
        new(cookie, begun, back, Derived(key, "state", cookie), Derived(key, "nonce", cookie), Derived(key, "verifier", cookie));

    private static string Derived(ReadOnlySpan<byte> key, string what, string cookie) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{what} {cookie}")));
}
