using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

public sealed class EngineSelectionTests
{
    [Theory]
    [InlineData("lxc", "TP6007", ExitCode.Usage)]
    [InlineData("unix:///no/such/socket", "TP6002", ExitCode.EngineUnavailable)]
    public async Task Open_WrongChoice_IsADiagnostic(string choice, string code, ExitCode exitCode)
    {
        var options = new PodmanServiceOptions("/no/such/folder");

        var failure = await Should.ThrowAsync<DiagnosticException>(
            () => EngineSelection.OpenAsync(choice, options, TimeProvider.System, CancellationToken.None));

        failure.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(code);
        failure.ExitCode.ShouldBe(exitCode);
    }
}
