using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Supply.Provenance;

/// <summary>A signed document: a Dead Simple Signing Envelope (<see href="https://github.com/secure-systems-lab/dsse/blob/master/envelope.md"/>).</summary>
/// <param name="PayloadType">Media type of the payload.</param>
/// <param name="Payload">The payload in base64.</param>
/// <param name="Signatures">Signatures over <see cref="Dsse.Encoding(string, ReadOnlySpan{byte})"/>.</param>
public sealed record DsseEnvelope(string PayloadType, string Payload, ImmutableArray<DsseSignature> Signatures);

/// <summary>A signature of an envelope.</summary>
/// <param name="Keyid">Which key; a hint only.</param>
/// <param name="Sig">The signature in base64.</param>
public sealed record DsseSignature(string Keyid, string Sig);

/// <summary>What is signed, and how envelopes are written.</summary>
public static class Dsse
{
    /// <summary>PAE, the pre-authentication encoding: <c>DSSEv1 LEN(type) type LEN(payload) payload</c>, lengths in bytes and decimal.</summary>
    public static byte[] Encoding(string payloadType, ReadOnlySpan<byte> payload)
    {
        var head = System.Text.Encoding.UTF8.GetBytes($"DSSEv1 {System.Text.Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ");
        return [.. head, .. payload];
    }

    /// <summary>An envelope around a payload.</summary>
    /// <param name="payloadType">Media type.</param>
    /// <param name="payload">What is signed.</param>
    /// <param name="keyId">Which key signs.</param>
    /// <param name="sign">Signs bytes.</param>
    public static DsseEnvelope Seal(string payloadType, byte[] payload, string keyId, Func<byte[], byte[]> sign) =>
        new(payloadType, Convert.ToBase64String(payload), [new DsseSignature(keyId, Convert.ToBase64String(sign(Encoding(payloadType, payload))))]);

    /// <summary>The payload where one of the signatures is good; null where none is.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="verify">Whether a signature (second) is the key's for bytes (first).</param>
    public static byte[]? Open(DsseEnvelope envelope, Func<byte[], byte[], bool> verify)
    {
        try
        {
            var payload = Convert.FromBase64String(envelope.Payload);
            var signed = Encoding(envelope.PayloadType, payload);
            return envelope.Signatures.Any(s => verify(signed, Convert.FromBase64String(s.Sig))) ? payload : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>As JSON on one line.</summary>
    public static string Write(DsseEnvelope envelope) => JsonSerializer.Serialize(envelope, DsseJson.Default.DsseEnvelope);

    /// <summary>From JSON; null where it is no envelope.</summary>
    public static DsseEnvelope? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DsseJson.Default.DsseEnvelope) is { Payload: not null, PayloadType: not null, Signatures.IsDefault: false } envelope
                && envelope.Signatures.All(s => s?.Sig is not null) ? envelope : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Their JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DsseEnvelope))]
internal sealed partial class DsseJson : JsonSerializerContext;
