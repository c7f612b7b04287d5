using Towpath.Core.Applications;
using Towpath.Core.Contracts;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Contracts;

/// <summary>A commit held to the contract.</summary>
internal static class Scene
{
    private const string Ladder = "application: shop\nenvironments: { production: }\n";

    /// <summary>Holds files; a <c>towpath.yaml</c> is added where there is none.</summary>
    public static ContractReading Hold(params (string Path, string Text)[] files)
    {
        var source = new FakeSourceFiles([.. files, .. files.Any(f => f.Path == "towpath.yaml") ? Array.Empty<(string, string)>() : [("towpath.yaml", Ladder)]]);
        var reading = ApplicationReader.Read(source, []);
        reading.Application.ShouldNotBeNull(DiagnosticWriter.Write(reading.Diagnostics));
        return ContractCheck.Run(reading.Application, source);
    }

    /// <summary>One service that is built from a Dockerfile.</summary>
    public static ContractReading Built(string dockerfile, params (string Path, string Text)[] files) =>
        Hold([("compose.yaml", "services:\n  api:\n    build: .\n"), ("Dockerfile", dockerfile), .. files]);

    /// <summary>A Compose file with more of <c>towpath.yaml</c>.</summary>
    public static ContractReading Compose(string compose, string ladder = "", params (string Path, string Text)[] files) =>
        Hold([("compose.yaml", compose), ("Dockerfile", "FROM python:3.12-slim\nUSER app\n"), ("towpath.yaml", Ladder + ladder), .. files]);

    /// <summary>The names of the rules that found something.</summary>
    public static IReadOnlyList<string> Names(ContractReading reading) =>
        [.. reading.Diagnostics.Select(d => ContractRules.Find(d.Code)?.Name ?? d.Code).Distinct()];
}
