using Spectre.Console;
using Towpath.Cli.Terminal;
using Towpath.Core.Journal;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Terminal;

public sealed class ProgressModelTests
{
    [Fact]
    public void Apply_Pipeline_FoldsStepsAndRelease()
    {
        var model = Fold(Facts.GoodPipeline);
        model.Run.ShouldBe("p-1");
        model.Pipeline.ShouldBe(ProgressState.Succeeded);
        model.PipelineDuration.ShouldBe(TimeSpan.FromSeconds(6));
        model.Release.ShouldBe("r-1");
        model.Steps.ShouldBe([new StepProgress("build api", "api", ProgressState.Succeeded, Facts.Start.AddSeconds(2), TimeSpan.FromSeconds(3))]);
    }

    [Fact]
    public void Apply_StepOfTheSameNameForTwoServices_KeepsBoth()
    {
        var model = Fold(
            Facts.Of(FactKind.StepStarted, 0, "test", "api"),
            Facts.Of(FactKind.StepStarted, 1, "test", "web"),
            Facts.Of(FactKind.StepFailed, 3, "test", "api"));
        model.Steps.Select(step => (step.Service, step.State)).ShouldBe([("api", ProgressState.Failed), ("web", ProgressState.Running)]);
        model.Steps[0].Duration.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Apply_StepThatBeginsAgain_IsRunningOnce()
    {
        var model = Fold(
            Facts.Of(FactKind.StepStarted, 0, "test"),
            Facts.Of(FactKind.StepFailed, 1, "test"),
            Facts.Of(FactKind.StepStarted, 2, "test"));
        model.Steps.ShouldHaveSingleItem().State.ShouldBe(ProgressState.Running);
    }

    [Fact]
    public void Apply_Deployment_TimesItsPhases()
    {
        var deployment = Fold(
            Facts.Deployment(FactKind.DeploymentRequested, 0),
            Facts.Deployment(FactKind.DeploymentPhase, 1, "migrate"),
            Facts.Deployment(FactKind.DeploymentPhase, 3, "roll"),
            Facts.Deployment(FactKind.EffectDone, 4, "roll", "api", "1 of 2 replicas"),
            Facts.Deployment(FactKind.EffectDone, 5, "roll", "api", "2 of 2 replicas"),
            Facts.Deployment(FactKind.DeploymentSucceeded, 7)).Deployments.ShouldHaveSingleItem();
        deployment.State.ShouldBe(ProgressState.Succeeded);
        deployment.Duration.ShouldBe(TimeSpan.FromSeconds(7));
        deployment.Phases.Select(phase => (phase.Name, phase.Duration!.Value.TotalSeconds)).ShouldBe([("migrate", 2), ("roll", 4)]);
        deployment.Services["api"].ShouldBe("2 of 2 replicas");
    }

    [Fact]
    public void Apply_TwoDeployments_KeepsThemApart()
    {
        var model = Fold(
            Facts.Deployment(FactKind.DeploymentPhase, 0, "roll"),
            Facts.Deployment(FactKind.DeploymentPhase, 1, "migrate", id: "d-2", environment: "staging"),
            Facts.Deployment(FactKind.DeploymentFailed, 2));
        model.Deployments.Select(d => (d.Environment, d.State, d.Phase)).ShouldBe([("development", ProgressState.Failed, "roll"), ("staging", ProgressState.Running, "migrate")]);
    }

    [Fact]
    public void Apply_UnknownKind_ChangesNothing() => Fold(Facts.Of("something.new", 0)).ShouldBe(ProgressModel.Empty);

    [Fact]
    public void Draw_WithMarkupAndControlCharactersInFacts_ShowsThemAsText()
    {
        var model = Fold(Facts.Of(FactKind.PipelineStarted, 0), Facts.Of(FactKind.StepStarted, 1, "[red]build\e[2J"));
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Write(ProgressPicture.Draw(model, Facts.Start.AddSeconds(4), 0));
        writer.ToString().ShouldContain("[red]build");
        writer.ToString().ShouldNotContain("\e");
        writer.ToString().ShouldContain("3.0 s");
    }

    [Fact]
    public void Draw_BeforeTheFirstFact_IsEmpty()
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Write(ProgressPicture.Draw(ProgressModel.Empty, Facts.Start, 0));
        writer.ToString().Trim().ShouldBeEmpty();
    }

    private static ProgressModel Fold(params Fact[] facts) => facts.Aggregate(ProgressModel.Empty, (model, fact) => model.Apply(fact));
}
