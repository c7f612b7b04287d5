using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Tests.Cli.Commands;

public sealed class AgreementVerbTests
{
    private readonly TestProgram _program = new();

    [Fact]
    public async Task Agreement_HalfSigned_ShowsTheTextAndWhoHasStillToSign()
    {
        (await _program.RunAsync("agreement", "--release", "r-1")).ShouldBe(ExitCode.Success);

        _program.Plane.Asked.ShouldBe(["agreement shop r-1"]);
        _program.Out.ToString().ShouldBe($"""
            AGREEMENT.md of r-1
            sha256 {new string('5', 64)}
            read it with: git show cccccccccccc:AGREEMENT.md
              yes dev: ben, {Fakes.Facts.Start.UtcDateTime:yyyy-MM-dd HH:mm}Z
              no  ops: has still to sign

            """);
    }

    [Fact]
    public async Task Agreement_AsJson_IsTheAnswer()
    {
        (await _program.RunAsync("agreement", "--output", "json")).ShouldBe(ExitCode.Success);

        var answer = JsonSerializer.Deserialize<AgreementAnswer>(_program.Out.ToString(), ApiJson.Options)!;
        (answer.Hash, answer.Missing.Single()).ShouldBe((new string('5', 64), "ops"));
    }

    [Fact]
    public async Task Sign_WithHash_SendsItAsGiven()
    {
        (await _program.RunAsync("agreement", "sign", "--side", "dev", "--hash", "55555555", "--as", "ben")).ShouldBe(ExitCode.Success);

        _program.Plane.Asked.ShouldBe([new SignRequest(null, "dev", "55555555", "ben")]);
        _program.Error.ToString().ShouldContain($"ben signed AGREEMENT.md of r-1 for dev: {new string('5', 64)}");
    }

    [Fact]
    public async Task Sign_ReleaseNamedBeforeTheVerb_IsNotLost()
    {
        await _program.RunAsync("agreement", "--release", "r-7", "sign", "--side", "dev", "--hash", "55555555");

        _program.Plane.Asked.ShouldBe([new SignRequest("r-7", "dev", "55555555", "ada")]);
    }

    [Fact]
    public async Task Sign_WithoutHashAndTerminal_SignsNothing()
    {
        _program.Surroundings = _program.Surroundings with { In = new StringReader("yes\n") };
        (await _program.RunAsync("agreement", "sign", "--side", "dev")).ShouldBe(ExitCode.Usage);

        _program.Error.ToString().ShouldContain("TP4627");
        _program.Plane.Asked.ShouldNotContain(a => a is SignRequest);
    }

    [Theory]
    [InlineData("yes\n", ExitCode.Success)]
    [InlineData("y\n", ExitCode.Cancelled)]
    [InlineData("", ExitCode.Cancelled)]
    public async Task Sign_OnATerminal_SignsWhatWasShownOnceItIsSaid(string said, ExitCode exitCode)
    {
        _program.Surroundings = _program.Surroundings with { In = new StringReader(said), IsInteractive = true };
        (await _program.RunAsync("agreement", "sign", "--side", "dev")).ShouldBe(exitCode);

        // The whole hash of what was shown, of exactly that release.
        if (exitCode == ExitCode.Success) _program.Plane.Asked.ShouldContain(new SignRequest("r-1", "dev", new string('5', 64), "ada"));
        else _program.Plane.Asked.ShouldNotContain(a => a is SignRequest);
        _program.Error.ToString().ShouldContain(new string('5', 64));
    }

    [Fact]
    public async Task Sign_WithoutSide_IsRefused() => (await _program.RunAsync("agreement", "sign", "--hash", "55555555")).ShouldBe(ExitCode.Usage);
}
