using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Towpath.Core.Supply.Provenance;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Supply.Provenance;

public sealed class ProvenanceTests : IDisposable
{
    private static readonly BuildAccount Account = new(
        "p-7", "shop", Models.Noon.AddMinutes(-3), Models.Noon, "abc", "1.2.3", ["check", "build:db"], [new BuildInput("debian:12", "sha256:" + new string('9', 64)), new BuildInput("scratch", null)]);

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSigner _signer;

    public ProvenanceTests() => _signer = ImageSigner.Open(_folder.Path);

    public void Dispose()
    {
        _signer.Dispose();
        _folder.Dispose();
    }

    // The example of the protocol's own document.
    [Fact]
    public void Encoding_ExampleOfTheSpecification_IsTheSame() =>
        Encoding.UTF8.GetString(Dsse.Encoding("http://example.com/HelloWorld", "hello world"u8)).ShouldBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");

    [Fact]
    public void Write_Release_IsAStatementOfSlsaProvenance()
    {
        var statement = JsonDocument.Parse(ProvenanceStatement.Write(Models.Release("c0ffee"), Account)).RootElement;

        statement.GetProperty("_type").GetString().ShouldBe("https://in-toto.io/Statement/v1");
        statement.GetProperty("predicateType").GetString().ShouldBe("https://slsa.dev/provenance/v1");
        statement.GetProperty("subject")[0].GetProperty("name").GetString().ShouldBe("db");
        statement.GetProperty("subject")[0].GetProperty("digest").GetProperty("sha256").GetString().ShouldBe(new string('1', 64));
        var definition = statement.GetProperty("predicate").GetProperty("buildDefinition");
        definition.GetProperty("buildType").GetString().ShouldBe(ProvenanceStatement.BuildType);
        definition.GetProperty("externalParameters").GetProperty("commit").GetString().ShouldBe("c0ffee");
        definition.GetProperty("resolvedDependencies")[0].GetProperty("digest").GetProperty("gitCommit").GetString().ShouldBe("c0ffee");
        definition.GetProperty("resolvedDependencies")[1].GetProperty("digest").GetProperty("sha256").GetString().ShouldBe(new string('9', 64));
        definition.GetProperty("resolvedDependencies")[2].TryGetProperty("digest", out _).ShouldBeFalse();
        var details = statement.GetProperty("predicate").GetProperty("runDetails");
        details.GetProperty("builder").GetProperty("id").GetString().ShouldBe("urn:towpath:control-plane:abc");
        details.GetProperty("metadata").GetProperty("invocationId").GetString().ShouldBe("p-7");
        details.GetProperty("metadata").GetProperty("startedOn").GetString().ShouldBe("2026-03-04T11:57:00Z");
        ProvenanceStatement.Write(Models.Release("c0ffee"), Account).ShouldBe(ProvenanceStatement.Write(Models.Release("c0ffee"), Account));
    }

    [Fact]
    public void Seal_Envelope_IsVerifiedByWhoeverHasThePublicKey()
    {
        var envelope = JsonDocument.Parse(Dsse.Write(Sealed())).RootElement;

        // Written without any of Towpath's code, as another program would.
        using var key = ECDsa.Create();
        key.ImportFromPem(_signer.PublicKey);
        var type = envelope.GetProperty("payloadType").GetString()!;
        var payload = Convert.FromBase64String(envelope.GetProperty("payload").GetString()!);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload];
        var signature = envelope.GetProperty("signatures")[0];
        key.VerifyData(signed, Convert.FromBase64String(signature.GetProperty("sig").GetString()!), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence).ShouldBeTrue();
        signature.GetProperty("keyid").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())));
        type.ShouldBe("application/vnd.in-toto+json");
    }

    [Fact]
    public void Open_Untouched_GivesThePayloadBack() =>
        ProvenanceStatement.Subjects(Dsse.Open(Dsse.Read(Dsse.Write(Sealed()))!, _signer.Verify).ShouldNotBeNull())!["db"].ShouldBe("sha256:" + new string('1', 64));

    [Fact]
    public void Open_ChangedOrForeign_GivesNothing()
    {
        var good = Sealed();
        var payload = Convert.FromBase64String(good.Payload);
        payload[40] ^= 1;
        using var folder = new TemporaryFolder();
        using var stranger = ImageSigner.Open(folder.Path);

        Dsse.Open(good with { Payload = Convert.ToBase64String(payload) }, _signer.Verify).ShouldBeNull();
        Dsse.Open(good with { PayloadType = "text/plain" }, _signer.Verify).ShouldBeNull();
        Dsse.Open(good with { Signatures = [] }, _signer.Verify).ShouldBeNull();
        Dsse.Open(good with { Signatures = [good.Signatures[0] with { Sig = "?" }] }, _signer.Verify).ShouldBeNull();
        Dsse.Open(good, stranger.Verify).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{ "payloadType": "x", "payload": "", "signatures": [ null ] }""")]
    [InlineData("""{ "payloadType": "x", "payload": "", "signatures": [ {} ] }""")]
    public void Read_NoEnvelope_IsNull(string text) => Dsse.Read(text).ShouldBeNull();

    private DsseEnvelope Sealed() => Dsse.Seal(ProvenanceStatement.MediaType, ProvenanceStatement.Write(Models.Release("c0ffee"), Account), _signer.KeyId, _signer.Sign);
}
