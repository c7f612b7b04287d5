using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

/// <summary>The files that <c>towpath render</c> writes.</summary>
public sealed class RenderLayoutTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();
    private readonly TemporaryFolder _to = new();
    private readonly TestProgram _program = new();

    public RenderLayoutTests()
    {
        _repository.Write("compose.yaml", "name: one\nservices:\n  web:\n    image: web:1\n    x-towpath: { owner: team, port: 80, route: /, health: / }\n");
        _repository.Write("towpath.yaml", "application: one\nenvironments:\n  test: {}\n  production: { strategy: { canary: { by-hand: true } } }\n");
        _program.Surroundings = _program.Surroundings with { Folder = _repository.Path };
    }

    public void Dispose()
    {
        _repository.Dispose();
        _to.Dispose();
    }

    [Theory]
    [InlineData("objects", "68-deployment-web.yaml")]
    [InlineData("kustomize", "overlays/production/kustomization.yaml")]
    [InlineData("helm", "values-production.yaml")]
    [InlineData("argocd", "argocd/one-production.yaml", "--repo", "https://git.example.com/x.git")]
    [InlineData("flux", "flux/one-production.yaml", "--repo", "https://git.example.com/x.git")]
    public async Task Render_AFormat_WritesItsFilesOnce(string format, string expected, params string[] more)
    {
        (await _program.RunAsync(["render", "--format", format, "--to", _to.Path, .. more])).ShouldBe(ExitCode.Success, _program.Error.ToString());
        File.Exists(_to[expected]).ShouldBeTrue();
        _program.Out.ToString().ShouldBeEmpty();

        (await _program.RunAsync(["render", "--format", format, "--to", _to.Path, "--output", "json", .. more])).ShouldBe(ExitCode.Success);
        JsonDocument.Parse(_program.Out.ToString()).RootElement.EnumerateArray().ShouldAllBe(f => f.GetProperty("change").GetString() == "unchanged");
    }

    [Fact]
    public async Task Render_AnotherFormatInTheSameFolder_TakesTheFilesOfTheFirstAway()
    {
        await _program.RunAsync("render", "--format", "helm", "--to", _to.Path);
        await _program.RunAsync("render", "--format", "kustomize", "--to", _to.Path);

        File.Exists(_to["Chart.yaml"]).ShouldBeFalse();
        Directory.Exists(_to["templates"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("TP7154", "--format", "helm")]
    [InlineData("TP7154", "--format", "helm", "--to", "x", "--env", "test")]
    [InlineData("TP7154", "--explain", "Deployment/web", "--to", "x")]
    [InlineData("TP7154", "--force")]
    [InlineData("TP7154", "--to", "x", "--repo", "https://git.example.com/x.git")]
    [InlineData("TP7154", "--format", "flux", "--to", "x")]
    [InlineData("TP7156", "--format", "flux", "--to", "x", "--repo", "https://ada:secret@git.example.com/x.git")]
    public async Task Render_OptionsThatDoNotFit_AreRefused(string code, params string[] arguments)
    {
        (await _program.RunAsync(["render", .. arguments])).ShouldBe(ExitCode.Usage);

        _program.Error.ToString().ShouldContain(code);
        _program.Error.ToString().ShouldNotContain("secret");
        Directory.Exists(Path.Combine(_repository.Path, "x")).ShouldBeFalse();
    }

    [Fact]
    public async Task Render_ForFlagger_TellsThatNobodyIsAsked()
    {
        (await _program.RunAsync("render", "--progressive", "flagger")).ShouldBe(ExitCode.Success);

        _program.Error.ToString().ShouldContain("TP7157");
        _program.Error.ToString().ShouldNotContain("TP6422");
        _program.Out.ToString().ShouldContain("kind: Canary");
    }
}
