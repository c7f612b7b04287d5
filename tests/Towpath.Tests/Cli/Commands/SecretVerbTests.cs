using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Tests.Cli.Commands;

public sealed class SecretVerbTests
{
    private readonly TestProgram _program = new();

    [Fact]
    public async Task List_ShowsNamesSourcesAndVersions()
    {
        _program.Plane.Secrets = [new SecretAnswer("api_key", "given", null), new SecretAnswer("db_password", "generated", 2)];

        (await _program.RunAsync("secret", "list", "production", "--app", "shop")).ShouldBe(ExitCode.Success);

        _program.Plane.Asked.ShouldContain("secrets shop production");
        var lines = _program.Out.ToString().Split('\n');
        lines[1].ShouldMatch("api_key +given +no value");
        lines[2].ShouldMatch("db_password +generated +2");
    }

    [Fact]
    public async Task Rotate_OwnKey_PrintsItsNameAlone()
    {
        _program.Plane.Rotation = new KeyRotationAnswer("77a0c1d2e3f40516", 3, [], ["3f1a90bb2c7d4e15"], IsOwn: true);

        (await _program.RunAsync("secret", "rotate")).ShouldBe(ExitCode.Success);

        _program.Out.ToString().ShouldBe("77a0c1d2e3f40516\n");
        _program.Error.ToString().ShouldNotContain("take them out");
    }

    [Fact]
    public async Task Rotate_GivenKeys_SaysWhichNothingNeeds()
    {
        _program.Plane.Rotation = new KeyRotationAnswer("77a0c1d2e3f40516", 3, [], ["3f1a90bb2c7d4e15"], IsOwn: false);

        (await _program.RunAsync("secret", "rotate")).ShouldBe(ExitCode.Success);

        _program.Error.ToString().ShouldContain("nothing needs 3f1a90bb2c7d4e15 any more");
    }

    [Fact]
    public async Task Rotate_SomethingThatNoKeyOpens_IsToldAndIsNoSuccess()
    {
        _program.Plane.Rotation = new KeyRotationAnswer("77a0c1d2e3f40516", 3, ["shop/production/api_key version 2"], [], IsOwn: true);

        (await _program.RunAsync("secret", "rotate")).ShouldBe(ExitCode.NotFound);

        _program.Error.ToString().ShouldContain("TP7124");
        _program.Error.ToString().ShouldContain("shop/production/api_key version 2");
    }
}
