using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Client;

public sealed class StateLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Paths Paths => new(_folder.Path, _folder["config"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Take_HeldAlone_KeepsAllOthersOut()
    {
        using var held = StateLock.Take(Paths);

        Code(() => StateLock.Take(Paths)).ShouldBe(ExitCode.Busy);
        Code(() => StateLock.Join(Paths)).ShouldBe(ExitCode.Busy);
    }

    [Fact]
    public void Join_Others_HaveNamesOfTheirOwnAndKeepOutWhoWantsItAlone()
    {
        using var one = StateLock.Join(Paths);
        using var two = StateLock.Join(Paths);

        one.Owner.ShouldNotBe(two.Owner);
        Code(() => StateLock.Take(Paths)).ShouldBe(ExitCode.Busy);
    }

    [Fact]
    public void Join_Again_HasTheNameOfBefore()
    {
        string before;
        using (var one = StateLock.Join(Paths)) before = one.Owner;

        using var again = StateLock.Join(Paths);
        again.Owner.ShouldBe(before);
    }

    [Fact]
    public void IsGone_Others_OnlyThoseWhoseProcessHasEnded()
    {
        using var one = StateLock.Join(Paths);
        var two = StateLock.Join(Paths);
        one.IsGone(two.Owner).ShouldBeFalse();
        one.IsGone(one.Owner).ShouldBeFalse();

        two.Dispose();

        one.IsGone(two.Owner).ShouldBeTrue();
        one.IsGone(one.Owner[..one.Owner.LastIndexOf('#')]).ShouldBeTrue("whoever held the folder alone");
        one.IsGone("another-machine:/var/lib/towpath#2").ShouldBeFalse();
        one.IsGone(one.Owner + "0").ShouldBeTrue();
        one.IsGone(one.Owner + "000").ShouldBeFalse();
        one.IsGone(one.Owner + "/../../x").ShouldBeFalse();
    }

    private static ExitCode Code(Func<StateLock> take) => Should.Throw<DiagnosticException>(() => take()).ExitCode;
}
