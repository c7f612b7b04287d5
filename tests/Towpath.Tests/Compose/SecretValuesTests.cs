using Towpath.Core.Applications;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose;

/// <summary>A value that came from a variable stands in no message, whatever key it stands under and whatever is wrong with it.</summary>
public sealed class SecretValuesTests
{
    private const string Secret = "s3cr3t/hunter2:zzz";

    [Theory]
    [InlineData("${SECRET}")]
    [InlineData("[\"${SECRET}\"]")]
    [InlineData("[\"a=${SECRET}\"]")]
    [InlineData("[\"${SECRET}:80\", \"${SECRET}:80\"]")]
    [InlineData("[{ source: \"${SECRET}\", target: \"${SECRET}\", type: \"${SECRET}\", published: \"${SECRET}\" }]")]
    [InlineData("{ a: \"${SECRET}\" }")]
    [InlineData("{ \"test\": \"${SECRET}\", context: \"${SECRET}\", driver: \"${SECRET}\", limits: { cpus: \"${SECRET}\" } }")]
    [InlineData("{ resources: { limits: { cpus: \"${SECRET}\", memory: \"${SECRET}\" } }, replicas: \"${SECRET}\", mode: \"${SECRET}\" }")]
    [InlineData("{ interval: \"${SECRET}\", retries: \"${SECRET}\", test: [\"${SECRET}\"] }")]
    [InlineData("{ service: \"${SECRET}\", file: \"${SECRET}\" }")]
    [InlineData("[\"a:${SECRET}\", \"a:b-${SECRET}\"]")]
    [InlineData("[\"a=${SECRET}\", \"seccomp=${SECRET}\", \"label=type:${SECRET}\"]")]
    [InlineData("{ default: { aliases: [\"${SECRET}\"] } }")]
    [InlineData("[{ capabilities: [\"${SECRET}\"], driver: \"${SECRET}\", count: \"${SECRET}\" }]")]
    [InlineData("{ mode: \"${SECRET}\", placement: { constraints: [\"${SECRET}\", \"node.role==${SECRET}\"], preferences: [{ spread: \"${SECRET}\" }] }, update_config: { order: \"${SECRET}\" } }")]
    [InlineData("{ external: true, name: \"${SECRET}\" }")]
    [InlineData("{ driver_opts: { type: \"${SECRET}\", o: \"addr=${SECRET}\", device: \"${SECRET}\", size: \"${SECRET}\" } }")]
    [InlineData("{ service: a, file: \"${SECRET}\" }")]
    public void Read_SecretUnderAnyKey_IsNeverShown(string value)
    {
        foreach (var key in CarriedKeys.Service.Known)
        {
            Check($"services:\n  a:\n    image: x\n    {key}: {value.Replace("\"", "'", StringComparison.Ordinal)}\n", key);
        }

        // Only the name of the project is public by what it is: containers and networks carry it.
        foreach (var key in CarriedKeys.Root.Known.Where(k => k != "name"))
        {
            Check($"services: {{ b: {{ image: x }} }}\n{key}: {value}\n", key);
            Check($"services: {{ b: {{ image: x }} }}\n{key}: {{ r: {value} }}\n", key);
        }
    }

    [Fact]
    public void Read_SecretInARequiredMessage_IsNeverShown() =>
        Check("services: { a: { image: '${MISSING:?no ${SECRET}}' } }", "message");

    private static void Check(string compose, string key)
    {
        var env = $"SECRET={Secret}\n";
        var application = ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", compose), (".env", env)), []).Diagnostics;
        var project = new FakeComposeFiles(("compose.yaml", compose), (".env", env)).Load().Diagnostics;
        var cluster = ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", compose), (".env", env)), [], EngineKind.Kubernetes).Diagnostics;
        var shown = DiagnosticWriter.Write(application) + DiagnosticWriter.Write(cluster) + DiagnosticWriter.Write(project);

        shown.ShouldNotContain("s3cr3t", customMessage: key + "\n" + shown);
        shown.ShouldNotContain("hunter2", customMessage: key + "\n" + shown);
    }
}
