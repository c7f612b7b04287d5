using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;
using Towpath.Engines.Registries;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Registries;

public sealed class CredentialProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Find_ProgramKeepsALogin_IsAskedByItsInput()
    {
        var login = (await FindAsync("read name; echo \"{\\\"ServerURL\\\":\\\"x\\\",\\\"Username\\\":\\\"$1 $name\\\",\\\"Secret\\\":\\\"s\\\"}\"")).ShouldNotBeNull();

        (login.User, login.Secret.Reveal(), login.IsIdentityToken).ShouldBe(("get registry.example", "s", false));
    }

    [Fact]
    public async Task Find_ProgramKeepsAToken_IsOne()
    {
        var login = (await FindAsync("cat >/dev/null; echo '{\"Username\":\"<token>\",\"Secret\":\"s\"}'")).ShouldNotBeNull();

        (login.User, login.IsIdentityToken).ShouldBe(("", true));
    }

    [Fact]
    public async Task Find_ProgramKeepsNone_IsNull() => (await FindAsync("cat >/dev/null; echo 'credentials not found in native keychain'; exit 1")).ShouldBeNull();

    [Theory]
    [InlineData("cat >/dev/null; echo hunter2 >&2; echo hunter2; exit 1")]
    [InlineData("cat >/dev/null; echo hunter2")]
    [InlineData("cat >/dev/null; echo '{\"Username\":\"hunter2\"}'")]
    [InlineData("cat >/dev/null; head -c 3000000 /dev/zero | tr '\\0' ' '; echo '{\"Username\":\"hunter2\",\"Secret\":\"x\"}'")]
    [InlineData("sleep 60")]
    public async Task Find_NoAnswer_IsAProblemThatShowsNothingOfIt(string script)
    {
        var problem = (await Should.ThrowAsync<DiagnosticException>(() => FindAsync(script, seconds: script.StartsWith("sleep", StringComparison.Ordinal) ? 0.5 : 30))).Diagnostics[0];

        problem.Code.ShouldBe("TP6389");
        problem.ToString().ShouldNotContain("hunter2");
    }

    private Task<RegistryLogin?> FindAsync(string script, double seconds = 30)
    {
        _folder.Write("program", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(_folder["program"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new CredentialProgram(_folder["program"], TimeSpan.FromSeconds(seconds)).FindAsync("registry.example", Cancel);
    }
}
