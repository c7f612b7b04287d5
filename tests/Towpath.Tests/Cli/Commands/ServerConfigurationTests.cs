using System.Collections.Immutable;
using Towpath.Cli.Client;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Server;
using Towpath.Tests.Fakes;
using Towpath.Tests.Server.Api;

namespace Towpath.Tests.Cli.Commands;

/// <summary>Where <c>server.yaml</c> is found, and who says whether it is valid.</summary>
public sealed class ServerConfigurationTests : IDisposable
{
    private const string Canary = "CANARY-0123456789-SECRET";
    private const string Team = "announce: [{ name: team, kind: discord, url: '${HOOK}' }]\n";

    private readonly TemporaryFolder _folder = new();
    private readonly TestProgram _program = new();

    public ServerConfigurationTests()
    {
        _program.Variables["HOME"] = _folder.Path;
        _program.Surroundings = _program.Surroundings with
        {
            Folder = _folder.Path,
            Variables = () => ImmutableDictionary<string, string>.Empty.Add("HOOK", "https://chat.example.org/" + Canary),
        };
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mine.yaml", null, "mine.yaml")]
    [InlineData(null, "other.yaml", "other.yaml")]
    [InlineData("mine.yaml", "other.yaml", "mine.yaml")]
    [InlineData(null, null, ".config/towpath/server.yaml")]
    public async Task Check_FindsTheFile(string? option, string? variable, string read)
    {
        _folder.Write(read, Team);
        if (variable is not null) _program.Variables["TOWPATH_CONFIG"] = variable;

        (await _program.RunAsync(["serve", "--check", .. option is null ? Array.Empty<string>() : ["--config", option]])).ShouldBe(ExitCode.Success);

        _program.Out.ToString().ShouldMatch("team +discord +all +[0-9]+");
        _program.Error.ToString().ShouldContain("the configuration is valid");
    }

    [Fact]
    public async Task Check_NoFileAnywhere_IsFine() => (await _program.RunAsync("serve", "--check")).ShouldBe(ExitCode.Success);

    [Fact]
    public async Task Check_NamedFileMissing_IsToldBeforeAnythingStarts()
    {
        (await _program.RunAsync("serve", "--config", "none.yaml")).ShouldBe(ExitCode.InvalidInput);
        _program.Error.ToString().ShouldContain("error[TP4501]");
        Directory.Exists(_folder[".local"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Serve_WrongFile_SaysWhereAndShowsNoSecret()
    {
        _folder.Write("server.yaml", $"announce:\n  - {{ name: team, kind: discrod, url: https://chat.example.org/{Canary} }}\n");

        (await _program.RunAsync("serve", "--config", "server.yaml", "-o", "json")).ShouldBe(ExitCode.InvalidInput);

        _program.Error.ToString().ShouldContain("server.yaml:2:25");
        _program.Error.ToString().ShouldContain("did you mean `discord`?");
        $"{_program.Error}{_program.Out}".ShouldNotContain(Canary);
    }

    [Fact]
    public async Task Serve_SecretOfAFile_ReachesTheControlPlane()
    {
        _folder.Write("conf/server.yaml", "announce: [{ name: team, kind: slack, url: { file: hook } }]\n");
        _folder.Write("conf/hook", $"https://chat.example.org/{Canary}\n");
        ControlPlaneOptions? options = null;
        _program.Surroundings = _program.Surroundings with
        {
            CreateControlPlane = (given, _) =>
            {
                options = given;
                throw new DiagnosticException(ExitCode.EngineUnavailable, new Diagnostic("TP6001", Severity.Error, "no engine"));
            },
        };

        (await _program.RunAsync("serve", "--config", "conf/server.yaml")).ShouldBe(ExitCode.EngineUnavailable);

        ((HttpChannel)options!.Configuration.Channels.Single()).Url.Reveal().ShouldBe($"https://chat.example.org/{Canary}");
        $"{_program.Error}{_program.Out}{options}".ShouldNotContain(Canary);
    }

    [Theory]
    [InlineData("storage: { postgres: '${HOOK}' }\n", null, "https://chat.example.org/" + Canary)]
    [InlineData("storage: { postgres: '${HOOK}' }\n", "Host=" + Canary, "Host=" + Canary)]
    [InlineData(null, "Host=" + Canary, "Host=" + Canary)]
    [InlineData(null, "", null)]
    public async Task Serve_Postgres_ComesFromTheFileOrTheVariableAndIsNotShown(string? file, string? variable, string? expected)
    {
        if (file is not null) _folder.Write(".config/towpath/server.yaml", file);
        if (variable is not null) _program.Variables["TOWPATH_POSTGRES"] = variable;
        ControlPlaneOptions? options = null;
        _program.Surroundings = _program.Surroundings with
        {
            CreateControlPlane = (given, _) =>
            {
                options = given;
                throw new DiagnosticException(ExitCode.EngineUnavailable, new Diagnostic("TP6001", Severity.Error, "no engine"));
            },
        };

        (await _program.RunAsync("serve")).ShouldBe(ExitCode.EngineUnavailable);
        await _program.RunAsync("serve", "--check");
        await _program.RunAsync("doctor");

        options!.Configuration.Postgres?.Reveal().ShouldBe(expected);
        $"{_program.Error}{_program.Out}{options}".ShouldNotContain(Canary);
    }

    [Fact]
    public async Task Serve_JoinWithoutPostgres_IsRefused()
    {
        (await _program.RunAsync("serve", "--join")).ShouldBe(ExitCode.Usage);
        _program.Error.ToString().ShouldContain("error[TP4703]");
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("restore")]
    public async Task Backups_WithPostgres_SayWhatToDoInstead(string verb)
    {
        _folder.Write("a.tar.gz", "");
        _program.Variables["TOWPATH_POSTGRES"] = "Host=" + Canary;

        (await _program.RunAsync(verb, "a.tar.gz")).ShouldBe(ExitCode.Usage);

        _program.Error.ToString().ShouldContain("error[TP4705]");
        _program.Error.ToString().ShouldContain("pg_dump");
        _program.Error.ToString().ShouldNotContain(Canary);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    public async Task Check_SecretFile_WarnsWhereOthersMayOpenIt(UnixFileMode mode, bool warns)
    {
        _folder.Write("server.yaml", "announce: [{ name: team, kind: slack, url: { file: hook } }]\n");
        _folder.Write("real", $"https://chat.example.org/{Canary}\n");
        File.SetUnixFileMode(_folder["real"], mode);
        // A link has a mode of its own, which says nothing.
        File.CreateSymbolicLink(_folder["hook"], _folder["real"]);

        (await _program.RunAsync("serve", "--config", "server.yaml", "--check")).ShouldBe(ExitCode.Success);

        _program.Error.ToString().Contains("warning[TP4514]", StringComparison.Ordinal).ShouldBe(warns);
        _program.Error.ToString().Contains("`chmod 600 hook`", StringComparison.Ordinal).ShouldBe(warns);
        $"{_program.Error}{_program.Out}".ShouldNotContain(Canary);
    }

    [Theory]
    [InlineData("mine.yaml", null, true)]
    [InlineData(null, "mine.yaml", false)]
    [InlineData(null, null, false)]
    public async Task Up_RunsAlready_SaysThatTheFileThatWasGivenIsNotRead(string? option, string? variable, bool says)
    {
        await using var api = await RunningApi.StartAsync(_program.Plane);
        if (variable is not null) _program.Variables["TOWPATH_CONFIG"] = variable;
        var paths = Paths.Resolve(null, name => _program.Variables.GetValueOrDefault(name));
        Paths.WritePrivate(paths.Token, api.Token);
        ServeRecord.Write(paths, api.Url.ToString());

        (await _program.RunAsync(["up", .. option is null ? Array.Empty<string>() : ["--config", option]])).ShouldBe(ExitCode.Success);

        _program.Error.ToString().Contains($"the control plane runs already: {_folder["mine.yaml"]} is read only when it starts", StringComparison.Ordinal).ShouldBe(says);
        _program.Out.ToString().ShouldNotContain("mine.yaml");
    }

    [Theory]
    [InlineData(null, ExitCode.Success, "none, which is fine")]
    [InlineData(Team, ExitCode.Success, ".config/towpath/server.yaml")]
    [InlineData("anounce: []", ExitCode.InvalidInput, "server.yaml:1:1: unknown key `anounce`")]
    public async Task Doctor_SaysWhetherItIsValid(string? text, ExitCode code, string said)
    {
        if (text is not null) _folder.Write(".config/towpath/server.yaml", text);
        (await _program.RunAsync("doctor")).ShouldBe(code);
        _program.Out.ToString().ShouldMatch($"configuration +{(code == ExitCode.Success ? "ok" : "missing")} ");
        _program.Out.ToString().ShouldContain(said);
    }

    [Fact]
    public async Task Connect_ConfigNamed_IsHandedToAControlPlaneInTheBackground()
    {
        Background? asked = null;
        _program.Surroundings = _program.Surroundings with
        {
            Connect = (background, _, _, _) =>
            {
                asked = background;
                return Task.FromResult<Towpath.Server.Api.IControlPlane>(_program.Plane);
            },
        };

        await _program.RunAsync("announcements", "--config", "mine.yaml");

        asked!.Configuration.ShouldBe(new ConfigurationFile(_folder["mine.yaml"], true) { IsGiven = true });
    }
}
