using System.Collections.Immutable;
using System.Security.Cryptography;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class EvidenceVerbTests : IDisposable
{
    private static readonly string Commit = new('a', 40);

    private readonly TemporaryFolder _folder = new();
    private readonly TestProgram _program = new();
    private readonly string _content = CiEvidenceFile.Write(new CiEvidence(
        "shop", Commit, Models.Noon, TimeSpan.FromSeconds(1), [new CiStep("check", true, TimeSpan.FromSeconds(1), null)], ImmutableSortedDictionary<string, string>.Empty, null));

    public EvidenceVerbTests()
    {
        _program.Surroundings = _program.Surroundings with { Folder = _folder.Path };
        _folder.Write("e.json", _content);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Submit_SendsTheFileAsItIs_WithTheCommitThatIsMeant()
    {
        (await _program.RunAsync("evidence", "submit", "e.json", "--commit", Commit)).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldHaveSingleItem().ShouldBe(new EvidenceRequest(_content, "ada") { Commit = Commit });
        _program.Out.ToString().Trim().ShouldBe("commit aaaaaaaaaa of shop was green: accepted, by ci");
    }

    [Fact]
    public async Task Submit_WithASignature_SendsItInBase64_HoweverItIsWritten()
    {
        byte[] der = [0x30, 0x02, 0x0A, 0x0D];
        await File.WriteAllBytesAsync(_folder["der.sig"], der);
        _folder.Write("text.sig", Convert.ToBase64String(der) + "\n");
        foreach (var name in new[] { "der.sig", "text.sig" })
        {
            (await _program.RunAsync("evidence", "submit", "e.json", "--signature", name)).ShouldBe(ExitCode.Success);
            ((EvidenceRequest)_program.Plane.Asked.Last()).Signature.ShouldBe(Convert.ToBase64String(der), name);
        }
    }

    [Fact]
    public async Task Submit_WhatCantBeRead_AsksNothing()
    {
        _folder.Write("wrong.json", "{}");
        (await _program.RunAsync("evidence", "submit", "wrong.json")).ShouldBe(ExitCode.InvalidInput);
        (await _program.RunAsync("evidence", "submit", "none.json")).ShouldBe(ExitCode.InvalidInput);
        _program.Error.ToString().ShouldContain("TP4804");
        _program.Error.ToString().ShouldContain("TP4812");
        _program.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task KeyAdd_OfAPrivateKey_SendsItNowhere()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _folder.Write("ci.key", key.ExportECPrivateKeyPem());
        _folder.Write("ci.pub", key.ExportSubjectPublicKeyInfoPem());
        (await _program.RunAsync("evidence", "key", "add", "gitlab", "ci.key")).ShouldBe(ExitCode.Usage);
        _program.Plane.Asked.ShouldBeEmpty();
        (await _program.RunAsync("evidence", "key", "add", "gitlab", "ci.pub")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldHaveSingleItem().ShouldBe(new EvidenceKeyRequest("gitlab", key.ExportSubjectPublicKeyInfoPem(), "ada"));
    }

    [Fact]
    public async Task ListsAndRemoval_ShowWhatThereIs()
    {
        (await _program.RunAsync("evidence", "list")).ShouldBe(ExitCode.Success);
        (await _program.RunAsync("evidence", "key", "list")).ShouldBe(ExitCode.Success);
        (await _program.RunAsync("evidence", "key", "remove", "gitlab")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldContain("https://gitlab.example.org/team/shop/-/jobs/7");
        _program.Out.ToString().ShouldContain(new string('f', 64));
        _program.Plane.Asked.Last().ShouldBe(new EvidenceKeyRemovalRequest("gitlab", "ada"));
    }

    [Fact]
    public async Task Sources_ThatFail_AreShownBySourcesStatusAndDoctor()
    {
        var failing = new SourceAnswer("shop", "shop", "https://git.example.org/shop.git", "main", TimeSpan.FromMinutes(1), "gitlab", Models.Noon, null, 3, new Diagnostic("TP3004", Severity.Error, "git fetch failed"), Models.Noon, false);
        _program.Plane.Sources = [failing, failing with { Name = "fine", Failures = 0, Failure = null, FailedAt = null, Commit = Commit }];
        _program.IsUp = true;
        (await _program.RunAsync("sources")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldContain("failed 3x");
        _program.Error.ToString().ShouldContain("the source shop fails, first ");
        (await _program.RunAsync("status")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldContain("TP3004: git fetch failed");
        (await _program.RunAsync("doctor")).ShouldBe(ExitCode.InvalidInput);
        _program.Out.ToString().ShouldContain("source fine");

        _program.IsUp = false;
        (await _program.RunAsync("doctor")).ShouldBe(ExitCode.Success);
    }
}
