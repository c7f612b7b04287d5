using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;

namespace Towpath.Server.Git;

/// <summary>Calls from outside that a source or a tracker has something new. The key is the only right that they have, and "look now" all that they can say.</summary>
public interface IHooks
{
    /// <summary>Takes a call.</summary>
    /// <param name="source">Name of the source or tracker, as called.</param>
    /// <param name="header">A header's value by its name; empty for none, or for several.</param>
    /// <param name="body">The body as it came.</param>
    /// <exception cref="DiagnosticException">TP4800: no such source, or not from who has its key; TP4801; TP7005: too many calls.</exception>
    void Call(string source, Func<string, string> header, ReadOnlySpan<byte> body);
}

/// <summary>What may be called: a source or a tracker.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The form of the calls.</param>
/// <param name="Key">What they are signed with.</param>
/// <param name="Ring">Has it looked at soon.</param>
internal sealed record HookTarget(string Name, HookKind Kind, Func<string> Key, Action Ring);

/// <summary>Judges calls, and has looked at what they are about.</summary>
internal sealed class HookDesk(ImmutableArray<HookTarget> targets, TimeProvider time) : IHooks
{
    private const int MostCallsAMinute = 300;

    // What no signature fits: the comparison is made for unknown names too.
    private static readonly string Nothing = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    private readonly Lock _turn = new();
    private long _minute;
    private int _calls;

    /// <inheritdoc/>
    public void Call(string source, Func<string, string> header, ReadOnlySpan<byte> body)
    {
        Count();
        var known = targets.FirstOrDefault(t => t.Name == source);
        var genuine = HookSignature.IsGenuine(known?.Kind ?? HookKind.GitHub, known?.Key() ?? Nothing, header, body, time.GetUtcNow());
        if (known is null || !genuine) throw new DiagnosticException(ExitCode.NotSignedIn, SourceDiagnostics.HookRefused());
        if (!IsObject(body)) throw new DiagnosticException(ExitCode.Usage, SourceDiagnostics.HookMalformed());
        known.Ring();
    }

    private static bool IsObject(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Count()
    {
        lock (_turn)
        {
            var minute = time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
            if (minute != _minute) (_minute, _calls) = (minute, 0);
            if (++_calls > MostCallsAMinute) throw new DiagnosticException(ExitCode.Busy, Api.ApiDiagnostics.TooMany());
        }
    }
}
