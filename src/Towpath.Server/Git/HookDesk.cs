using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;

namespace Towpath.Server.Git;

/// <summary>Calls from outside that a source has something new. The key is the only right that they have, and "look now" all that they can say.</summary>
public interface IHooks
{
    /// <summary>Takes a call.</summary>
    /// <param name="source">Name of the source, as called.</param>
    /// <param name="header">A header's value by its name; empty for none, or for several.</param>
    /// <param name="body">The body as it came.</param>
    /// <exception cref="DiagnosticException">TP4800: no such source, or not from who has its key; TP4801; TP7005: too many calls.</exception>
    void Call(string source, Func<string, string> header, ReadOnlySpan<byte> body);
}

/// <summary>Judges calls, and rings the loop.</summary>
internal sealed class HookDesk(ImmutableArray<SourceSpec> sources, SourceLoop loop, TimeProvider time) : IHooks
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
        var known = sources.FirstOrDefault(s => s.Name == source && s.Hook is not null);
        var genuine = HookSignature.IsGenuine(known?.Hook ?? HookKind.GitHub, known?.HookKey?.Invoke() ?? Nothing, header, body, time.GetUtcNow());
        if (known is null || !genuine) throw new DiagnosticException(ExitCode.NotSignedIn, SourceDiagnostics.HookRefused());
        if (!IsObject(body)) throw new DiagnosticException(ExitCode.Usage, SourceDiagnostics.HookMalformed());
        loop.Call(source);
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
