using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Containers;

public sealed class GatewayDiagnosticsTests
{
    [Fact]
    public void Factories_All_HaveCodesOfTheirOwnAndSayWhatToDo()
    {
        Diagnostic[] all =
        [
            GatewayDiagnostics.ConfigurationRefused("g", "[ALERT] parsing\n[ALERT] no"),
            GatewayDiagnostics.PortTaken("g", "127.0.0.1", 8080),
            GatewayDiagnostics.ServerNotUp("api", "api-1", "10.0.0.1:80", "L4CON", TimeSpan.FromSeconds(15)),
            GatewayDiagnostics.NotAnswering("/s", "refused"),
            GatewayDiagnostics.ReloadFailed("g", TimeSpan.FromSeconds(10)),
            GatewayDiagnostics.PortReserved("api", GatewayPorts.Public, null),
            GatewayDiagnostics.EndedAtOnce("g", 1, new string('x', 5000)),
            GatewayDiagnostics.FolderTooLong("/f", 100),
        ];
        all.Select(d => d.Code).ShouldBe(Enumerable.Range(5501, all.Length).Select(n => $"TP{n}"));
        all.ShouldAllBe(d => d.Severity == Severity.Error && d.Help!.Length > 0 && !d.Headline.EndsWith('.') && d.Notes.All(n => n.Length < 800));
    }
}
