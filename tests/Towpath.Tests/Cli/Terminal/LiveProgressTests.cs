using Spectre.Console;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Pipelines;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Terminal;

public sealed class LiveProgressTests
{
    [Fact]
    public async Task Dispose_AfterAFailure_LeavesItsDiagnosticUnderThePicture()
    {
        var why = PipelineDiagnostics.TestsFailed("api", 1, new Location("compose.yaml", 4, 5, 4, 9), ["1 of 2 failed"]);
        using var screen = new StringWriter();
        var view = new LiveProgress(
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors }),
            TimeProvider.System);
        view.Show(Facts.Of(FactKind.StepFailed, 1, "test:api") with { Diagnostic = why });
        view.Show(Facts.Of(FactKind.PipelineFailed, 2) with { Diagnostic = why });

        await view.DisposeAsync();
        await view.DisposeAsync();

        screen.ToString().ShouldEndWith(DiagnosticWriter.Write(why));
        screen.ToString().Split("error[TP3011]").Length.ShouldBe(2);
    }

    [Fact]
    public async Task Draw_PictureOfOneLine_NeverMovesTheCursorUpByNothing()
    {
        using var screen = new StringWriter();
        var view = new LiveProgress(
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors }),
            TimeProvider.System);
        view.Show(Facts.Of(FactKind.DeploymentRequested, 1) with { Deployment = "d-1", Environment = "production" });

        await Task.Delay(400);
        await view.DisposeAsync();

        // A terminal reads "up by 0" as "up by 1".
        screen.ToString().ShouldContain("[1A");
        screen.ToString().ShouldNotContain("[0A");
    }
}
