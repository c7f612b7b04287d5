using Towpath.Cli.Client;
using Towpath.Server.Api;

namespace Towpath.Tests.Cli.Client;

public sealed class PathsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-paths-test").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null, null, "/home/ada/.local/state/towpath")]
    [InlineData(null, "/var/state", "/var/state/towpath")]
    [InlineData(null, "relative", "/home/ada/.local/state/towpath")]
    [InlineData("/srv/towpath", "/var/state", "/srv/towpath")]
    public void Resolve_ByOptionThenVariableThenHome_ChoosesTheState(string? option, string? variable, string expected) =>
        Paths.Resolve(option, name => name switch { "HOME" => "/home/ada", "XDG_STATE_HOME" => variable, _ => null }).State.ShouldBe(expected);

    [Fact]
    public void Ensure_Twice_KeepsTheTokenAndHidesItFromOthers()
    {
        var paths = new Paths(Path.Combine(_folder, "state"), Path.Combine(_folder, "config"));
        var hash = TokenFiles.Ensure(paths);
        TokenFiles.Ensure(paths).ShouldBe(hash);
        var token = TokenFiles.Read(paths)!;
        ApiToken.Matches(token, File.ReadAllText(paths.TokenHash).Trim()).ShouldBeTrue();
        Mode(paths.Token).ShouldBe("600");
        Mode(paths.TokenHash).ShouldBe("600");
        Mode(paths.Config).ShouldBe("700");
        Directory.EnumerateFiles(paths.State).ShouldAllBe(file => !File.ReadAllText(file).Contains(token));
    }

    [Fact]
    public void ReadLiving_OfThisProcess_FindsItAndOfAnotherLifeDoesNot()
    {
        var paths = new Paths(_folder, _folder);
        ServeRecord.ReadLiving(paths).ShouldBeNull();
        ServeRecord.Write(paths, "http://127.0.0.1:7420");
        var record = ServeRecord.ReadLiving(paths).ShouldNotBeNull();
        record.Pid.ShouldBe(Environment.ProcessId);

        // The same number, but another birth: the kernel gave the number to somebody else.
        (record with { Born = record.Born - 1 }).IsAlive().ShouldBeFalse();
        (record with { Pid = int.MaxValue }).IsAlive().ShouldBeFalse();
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
