using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Towpath.Core.Identity.OpenId;

namespace Towpath.Core.Identity;

/// <summary>
/// A command line that wants to be logged in by a browser on its own machine: the browser takes a code to an address of the loopback interface (RFC 8252, 7.3), which is good for nobody but whoever knows the
/// verifier behind the challenge (RFC 7636).
/// </summary>
/// <param name="Challenge">SHA-256 of the verifier in base64url, 43 characters.</param>
/// <param name="State">What the command line knows its own answer by: 43 to 128 characters of base64url.</param>
/// <param name="Redirect">Where the code goes: <c>http://127.0.0.1:PORT/</c> or <c>http://[::1]:PORT/</c>.</param>
/// <param name="Machine">What the command line says of the machine that it is on. Nothing proves it.</param>
public sealed partial record TerminalLogin(string Challenge, string State, string Redirect, string Machine)
{
    /// <summary>How long whoever began it waits for the browser.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    private const int VerifierBytes = 32;
    private const int LeastVerifier = 43;
    private const int MostVerifier = 128;
    private const int MostMachine = 64;
    private const int MostPort = 65535;

    /// <summary>What a person compares on both sides: 8 digits that follow from the challenge.</summary>
    public string Check => CheckOf(Challenge);

    /// <summary>It as the query of the page that asks about it.</summary>
    public string Query => $"challenge={Challenge}&state={State}&redirect={Uri.EscapeDataString(Redirect)}&machine={Uri.EscapeDataString(Machine)}";

    /// <summary>Reads it from the fields of a request; null where a field is not as it must be, and then which.</summary>
    /// <param name="challenge">The challenge.</param>
    /// <param name="state">The state.</param>
    /// <param name="redirect">The address.</param>
    /// <param name="machine">The machine; what can't be shown of it is left out.</param>
    public static (TerminalLogin? Login, string? Fault) Read(string? challenge, string? state, string? redirect, string? machine)
    {
        if (challenge is null || challenge.Length != LeastVerifier || Base64Text.Decode(challenge) is not { Length: VerifierBytes }) return (null, "its challenge is no SHA-256 in base64url");
        if (state is not { Length: >= LeastVerifier and <= MostVerifier } || !Base64Url.IsValid(state)) return (null, "its state is not 43 to 128 characters of base64url");
        if (redirect is null || !IsLoopback(redirect)) return (null, "a code is sent to http://127.0.0.1:PORT/ or http://[::1]:PORT/ only");
        var shown = new string([.. (machine ?? "").Where(c => c is > ' ' and < '\x7f').Take(MostMachine)]);
        return (new TerminalLogin(challenge, state, redirect, shown), null);
    }

    /// <summary>Whether that is an address of the loopback interface as it is used for codes: the number and no name, which could lead elsewhere; no path, no query.</summary>
    public static bool IsLoopback(string redirect) =>
        Loopback().Match(redirect) is { Success: true } match && int.Parse(match.Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture) is > 0 and <= MostPort;

    /// <summary>A verifier, of 32 random bytes.</summary>
    public static string Verifier(ReadOnlySpan<byte> random) => random.Length == VerifierBytes ? Base64Url.EncodeToString(random) : throw new ArgumentException($"{VerifierBytes} bytes", nameof(random));

    /// <summary>What the other side learns of a verifier (RFC 7636, 4.2, S256).</summary>
    public static string ChallengeOf(string verifier) => Base64Text.Sha256(verifier);

    /// <summary>Whether somebody knows the verifier behind a challenge.</summary>
    public static bool Proves(string verifier, string challenge) =>
        verifier.Length is >= LeastVerifier and <= MostVerifier && verifier.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~')
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(ChallengeOf(verifier)), Encoding.ASCII.GetBytes(challenge));

    /// <summary>What a person compares, of a challenge.</summary>
    public static string CheckOf(string challenge)
    {
        var digits = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(challenge)).AsSpan(0, 4));
        return $"{digits[..4]}-{digits[4..]}";
    }

    [GeneratedRegex(@"\Ahttp://(?:127\.0\.0\.1|\[::1\]):(?<port>[1-9][0-9]{0,4})/\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Loopback();
}
