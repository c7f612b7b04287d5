using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class AnnouncementVerbTests
{
    private readonly TestProgram _program = new();

    [Fact]
    public async Task List_ShowsWhatBecameOfEach()
    {
        _program.Plane.OnAnnouncements = () =>
        [
            new AnnouncementAnswer("a-2", "team", AnnouncementState.Dead, "deployment.failed", "shop", "production", "it\nfailed", Facts.Start, 1, null, Facts.Start, "HTTP 404", "k"),
            new AnnouncementAnswer("a-1", "team", AnnouncementState.Waiting, "release.created", "shop", null, "r-1", Facts.Start, 0, Facts.Start, null, null, "k"),
        ];

        (await _program.RunAsync("announcements", "--channel", "team", "--state", "dead")).ShouldBe(ExitCode.Success);

        _program.Plane.Asked.ShouldContain("announcements  team Dead");
        var lines = _program.Out.ToString().TrimEnd().Split('\n');
        lines.Length.ShouldBe(3);
        lines[1].ShouldMatch("^a-2 +team +dead +1 .*deployment.failed +it failed +HTTP 404");
        lines[2].ShouldMatch("^a-1 +team +waiting +0 ");
    }

    [Fact]
    public async Task List_SomeForgotten_IsSaidBesideTheList()
    {
        _program.Plane.Forgotten = [new ForgottenAnswer("team", 17)];
        (await _program.RunAsync("announcements")).ShouldBe(ExitCode.Success);
        _program.Error.ToString().ShouldContain("17 older dead announcements of the channel team were forgotten: the newest 1000 are kept");
        _program.Out.ToString().ShouldNotContain("forgotten");

        await _program.RunAsync("announcements", "-o", "json");
        _program.Out.ToString().ShouldContain("\"forgotten\"");
    }

    [Fact]
    public async Task List_OfOneApplication_AsksForThoseAlone()
    {
        (await _program.RunAsync("announcements", "--app", "shop")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldContain("announcements shop  ");
    }

    [Theory]
    [InlineData("announcements replay a-7", "a-7", null)]
    [InlineData("announcements replay --dead", null, null)]
    [InlineData("announcements replay --dead --channel team", null, "team")]
    public async Task Replay_AsksForOneOrAll(string line, string? announcement, string? channel)
    {
        (await _program.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldContain(new ReplayRequest(announcement, channel));
    }

    [Theory]
    [InlineData("announcements replay")]
    [InlineData("announcements replay a-7 --dead")]
    [InlineData("announcements --state lost")]
    [InlineData("announcements test")]
    public async Task Run_WrongArguments_IsUsage(string line) => (await _program.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task Test_Taken_ShowsTheAnswer()
    {
        (await _program.RunAsync("announcements", "test", "team")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldBe("the channel team took the test: HTTP 204\n");
        _program.Plane.Asked.ShouldContain(new ChannelTestRequest("ada"));
    }

    [Fact]
    public async Task Test_Refused_ShowsTheAnswerAndFails()
    {
        _program.Plane.OnTestChannel = channel => new ChannelTestAnswer(channel, false, "HTTP 404: Unknown Webhook");
        (await _program.RunAsync("announcements", "test", "team", "-o", "json")).ShouldBe(ExitCode.NotDelivered);
        _program.Error.ToString().ShouldContain("error[TP4513]: the channel team did not take the test: HTTP 404: Unknown Webhook");
        JsonSerializer.Deserialize<ProblemAnswer>(_program.Out.ToString(), ApiJson.Options)!.ExitCode.ShouldBe(14);
    }
}
