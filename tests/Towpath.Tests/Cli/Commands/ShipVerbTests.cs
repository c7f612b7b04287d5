using System.Text.Json;
using Towpath.Cli;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Pipelines;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class ShipVerbTests
{
    private readonly TestProgram _program = new();

    [Fact]
    public async Task Ship_UntilTheReleaseWaits_Succeeds()
    {
        _program.Plane.Add([.. Facts.GoodPipeline, Facts.Deployment(FactKind.DeploymentSucceeded, 8), Facts.Release(FactKind.ReleaseWaiting, 9, text: "waits for a promotion to staging")]);
        (await _program.RunAsync("ship", "--path", "/repo", "--as", "grace")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldContain(new ShipRequest("/repo", ".", "0123456789abcdef", "grace"));
        _program.Out.ToString().ShouldBe("waits for a promotion to staging\n");
        _program.Error.ToString().ShouldContain("10:00:05 pipeline     pipeline.step.succeeded (3.0 s)");
    }

    [Theory]
    [InlineData(FactKind.PipelineFailed, ExitCode.PipelineFailed)]
    [InlineData(FactKind.PipelineCancelled, ExitCode.PipelineFailed)]
    public async Task Ship_WhenThePipelineEndsBadly_SaysSo(string kind, ExitCode expected)
    {
        _program.Plane.Add(Facts.Of(FactKind.PipelineStarted, 0), Facts.Of(kind, 1));
        (await _program.RunAsync("ship")).ShouldBe(expected);
    }

    [Theory]
    [InlineData(FactKind.DeploymentFailed, ExitCode.DeploymentFailed)]
    [InlineData(FactKind.DeploymentFrozen, ExitCode.DeploymentFailed)]
    [InlineData(FactKind.DeploymentCancelled, ExitCode.DeploymentFailed)]
    [InlineData(FactKind.DeploymentSuperseded, ExitCode.Busy)]
    [InlineData(FactKind.ReleaseArrived, ExitCode.Success)]
    public async Task Ship_WhenTheDeploymentEnds_EndsAsItDid(string kind, ExitCode expected)
    {
        // The end of another release must not be taken for ours.
        _program.Plane.Add([.. Facts.GoodPipeline, Facts.Deployment(FactKind.DeploymentFailed, 7, release: "r-other", id: "d-9"), Facts.Deployment(kind, 8)]);
        (await _program.RunAsync("ship")).ShouldBe(expected);
    }

    [Fact]
    public async Task Ship_InJson_PrintsOneDocument()
    {
        _program.Plane.Add([.. Facts.GoodPipeline, Facts.Deployment(FactKind.DeploymentFailed, 8, text: "never ready")]);
        (await _program.RunAsync("ship", "--output", "json")).ShouldBe(ExitCode.DeploymentFailed);
        using var document = JsonDocument.Parse(_program.Out.ToString());
        var root = document.RootElement;
        root.GetProperty("outcome").GetString().ShouldBe("deploymentFailed");
        root.GetProperty("release").GetString().ShouldBe("r-1");
        root.GetProperty("steps")[0].GetProperty("name").GetString().ShouldBe("build api");
        root.GetProperty("deployments")[0].GetProperty("state").GetString().ShouldBe("failed");
    }

    [Fact]
    public async Task Ship_WhileAnotherCommitIsShipped_TellsOnlyItsOwn()
    {
        var theirs = Facts.Of(FactKind.StepStarted, 3, "build theirs") with { Run = "p-2" };
        var made = Facts.Release(FactKind.ReleaseCreated, 7, "r-other") with { Run = "p-2" };
        _program.Plane.Add([.. Facts.GoodPipeline, theirs, made, Facts.Deployment(FactKind.DeploymentPhase, 8, "roll", release: "r-other", id: "d-9"), Facts.Release(FactKind.ReleaseArrived, 9)]);

        (await _program.RunAsync("ship", "--output", "json")).ShouldBe(ExitCode.Success);

        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement.GetProperty("release").GetString().ShouldBe("r-1");
        document.RootElement.GetProperty("steps").GetArrayLength().ShouldBe(1);
        document.RootElement.GetProperty("deployments").GetArrayLength().ShouldBe(0);
        _program.Error.ToString().ShouldNotContain("roll");
    }

    [Fact]
    public async Task Ship_WhenAStepFails_TellsWhyOnceAndInJson()
    {
        var why = PipelineDiagnostics.TestsFailed("api", 1, new Location("compose.yaml", 4, 5, 4, 9), ["1 of 2 failed"]);
        _program.Plane.Add(
            Facts.Of(FactKind.PipelineStarted, 0), Facts.Of(FactKind.StepFailed, 1, "test:api") with { Diagnostic = why }, Facts.Of(FactKind.PipelineFailed, 2) with { Diagnostic = why });

        (await _program.RunAsync("ship", "--output", "json")).ShouldBe(ExitCode.PipelineFailed);

        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement.GetProperty("diagnostics").EnumerateArray().ShouldHaveSingleItem().GetProperty("code").GetString().ShouldBe("TP3011");
        _program.Error.ToString().Split("error[TP3011]").Length.ShouldBe(2);
    }

    [Fact]
    public async Task Ship_InterruptedInThePipeline_CancelsTheRun()
    {
        _program.Plane.Add(Facts.Of(FactKind.PipelineStarted, 0));
        (await InterruptAsync("pipeline.started")).ShouldBe(ExitCode.Cancelled);
        _program.Plane.Asked.ShouldContain("cancel p-1");
    }

    [Fact]
    public async Task Ship_InterruptedInADeployment_LetsItGoOn()
    {
        _program.Plane.Add([.. Facts.GoodPipeline, Facts.Deployment(FactKind.DeploymentRequested, 7)]);
        (await InterruptAsync("deployment.requested")).ShouldBe(ExitCode.Cancelled);
        _program.Plane.Asked.ShouldNotContain("cancel p-1");
        _program.Error.ToString().ShouldContain("goes on without this terminal");
    }

    [Fact]
    public async Task Ship_AttachedToAnotherAndInterrupted_DoesNotCancelItsRun()
    {
        _program.Plane.OnShip = _ => new ShipAnswer("p-1", "shop", Attached: true, 0);
        _program.Plane.Add(Facts.Of(FactKind.PipelineStarted, 0));
        (await InterruptAsync("pipeline.started")).ShouldBe(ExitCode.Cancelled);
        _program.Plane.Asked.ShouldNotContain("cancel p-1");
    }

    [Fact]
    public async Task Ship_WhenTheControlPlaneRestarts_ReadsOnWhereItWas()
    {
        _program.Surroundings = _program.Surroundings with { Time = new HurriedTime() };
        _program.Plane.JournalBreaks = new DiagnosticException(ExitCode.ControlPlaneUnavailable, CliDiagnostics.NotAnswering("here", ""));
        _program.Plane.Add(Facts.GoodPipeline);
        var shipping = _program.RunAsync("ship");
        _program.Plane.Add(Facts.Release(FactKind.ReleaseArrived, 9));
        (await shipping).ShouldBe(ExitCode.Success);
        _program.Error.ToString().Split('\n').Count(line => line.Contains("pipeline.queued", StringComparison.Ordinal)).ShouldBe(1);
    }

    // Interrupts as soon as the text was shown, so that the moment is the same on each run.
    private async Task<ExitCode> InterruptAsync(string text)
    {
        using var interrupt = new CancellationTokenSource();
        _program.Surroundings = _program.Surroundings with { Error = new Tripwire(_program.Error, text, interrupt.Cancel) };
        return await _program.RunAsync(interrupt.Token, "ship");
    }

    private sealed class Tripwire(TextWriter inner, string text, Action trip) : TextWriter
    {
        public override System.Text.Encoding Encoding => inner.Encoding;

        public override void WriteLine(string? value)
        {
            inner.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) == true)
            {
                trip();
            }
        }
    }
}
