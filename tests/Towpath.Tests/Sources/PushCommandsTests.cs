using System.Text;
using Towpath.Core.Sources;

namespace Towpath.Tests.Sources;

public sealed class PushCommandsTests
{
    private static readonly string Zero = new('0', 40);
    private static readonly string One = new('1', 40);

    [Fact]
    public void Read_HeadInPieces_IsTheSameAsInOne()
    {
        var text = Line($"{Zero} {One} refs/heads/main\0 report-status side-band-64k agent=git/2\n") + Line($"{One} {Zero} refs/heads/old\n") + "0000PACK";
        for (var length = 0; length < text.Length - 4; length++)
        {
            PushCommands.Read(Encoding.ASCII.GetBytes(text[..length]), out var part).ShouldBeNull();
            (part is null).ShouldBe(length < text.Length - 4, $"{length}");
        }

        PushCommands.Read(Encoding.ASCII.GetBytes(text), out var commands).ShouldBeNull();
        commands!.HasSideBand.ShouldBeTrue();
        commands.Commands.ShouldBe([new PushCommand(Zero, One, "refs/heads/main"), new PushCommand(One, Zero, "refs/heads/old")]);
        commands.Commands.Select(c => c.Deletes).ShouldBe([false, true]);
    }

    [Fact]
    public void Read_ProbeAndShallowClone_AreTaken()
    {
        PushCommands.Read("0000"u8, out var probe).ShouldBeNull();
        probe!.Commands.ShouldBeEmpty();
        PushCommands.Read(Encoding.ASCII.GetBytes(Line($"shallow {One}\n") + Line($"{Zero} {One} refs/heads/main\0 report-status\n") + "0000"), out var commands).ShouldBeNull();
        commands!.HasSideBand.ShouldBeFalse();
        commands.Commands.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("zzzz")]
    [InlineData("0003")]
    [InlineData("0004")]
    [InlineData("000epush-cert\n")]
    [InlineData("0010hello world\n")]
    public void Read_AnythingElse_IsRefused(string head) => PushCommands.Read(Encoding.ASCII.GetBytes(head), out _).ShouldNotBeNull();

    [Theory]
    [InlineData(null, "refs/heads/main", true, "refs/heads/master", "refs/heads/master")]
    [InlineData(null, "refs/heads/main", true, "refs/heads/main", "refs/heads/main")]
    [InlineData(null, "refs/heads/main", false, "refs/heads/master", "refs/heads/main")]
    [InlineData(null, "refs/heads/main", true, "refs/heads/feature", "refs/heads/main")]
    [InlineData("release", "refs/heads/main", true, "refs/heads/master", "refs/heads/release")]
    public void ShippingBranch_IsTheOneSaidOrTheFirstUsualOne(string? configured, string head, bool isEmpty, string pushed, string expected) =>
        HostedRepository.ShippingBranch(configured, head, isEmpty, new PushCommands([new PushCommand(Zero, One, pushed)], true)).ShouldBe(expected);

    [Theory]
    [InlineData("shop", true)]
    [InlineData("shop-2", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("Shop", false)]
    [InlineData("a/b", false)]
    [InlineData("-c", false)]
    public void IsName_OnlyWhatAnApplicationCanBeCalled(string name, bool expected) => HostedRepository.IsName(name).ShouldBe(expected);

    [Theory]
    [InlineData("main", true)]
    [InlineData("release/2.1", true)]
    [InlineData("-main", false)]
    [InlineData("a..b", false)]
    [InlineData("a b", false)]
    [InlineData("a.lock", false)]
    [InlineData("a~1", false)]
    public void IsBranch_OnlyPlainNames(string name, bool expected) => HostedRepository.IsBranch(name).ShouldBe(expected);

    private static string Line(string text) => (text.Length + 4).ToString("x4", System.Globalization.CultureInfo.InvariantCulture) + text;
}
