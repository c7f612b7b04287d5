using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes;

/// <summary>Every project of the corpora is compiled, or it is said why not, with a place.</summary>
public sealed class CorporaTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("compose-valid")]
    [InlineData("kompose")]
    public void Compile_EveryProject_GivesObjectsOrSaysWhyNot(string set)
    {
        Corpora.Require();
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var folder in Directory.GetDirectories(Path.Combine(Corpora.Folder, set)).Where(f => File.Exists(Path.Combine(f, "case.json"))).Order(StringComparer.Ordinal))
        {
            var outcome = Compile(folder);
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine($"{set}: {string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"))}");
    }

    private string Compile(string folder)
    {
        var files = FakeSourceFiles.FromFolder(Path.Combine(folder, "project"));
        var (application, diagnostics) = ApplicationReader.Read(files, Request(folder));
        if (application is null)
        {
            Refused(folder, diagnostics);
            return "refused";
        }

        var compiled = Compiled.Of(application, files);
        if (compiled.Result.HasErrors)
        {
            Refused(folder, compiled.Result.Diagnostics);
            return "refused by the compile";
        }

        var findings = HardeningChecks.Findings([.. compiled.Objects]).Where(f => !Told(f, compiled)).ToList();
        findings.ShouldBeEmpty(Path.GetFileName(folder));
        return "compiled";
    }

    private void Refused(string folder, ImmutableArray<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == Severity.Error).ToList();
        errors.ShouldNotBeEmpty(Path.GetFileName(folder));
        output.WriteLine($"{Path.GetFileName(folder)}: {errors[0].Code} {errors[0].Headline} {errors[0].Location}");
        errors.ShouldAllBe(e => e.Location != null, Path.GetFileName(folder));
    }

    // What the Compose file asks for itself has its own diagnostic.
    private static bool Told(string finding, Compiled compiled) => finding.Split(':')[0].Split(' ')[0] switch
    {
        "run-as-non-root" or "run-as-user" => compiled.Codes.Contains("TP6403"),
        "added-capabilities" => compiled.Codes.Contains("TP6414") || compiled.Codes.Contains("TP6403"),
        "privilege-escalation" or "drop-all-capabilities" or "host-namespaces" or "seccomp-profile" => compiled.Codes.Contains("TP6414"),
        "host-path" => compiled.Codes.Contains("TP6407"),
        "read-only-root" => compiled.Codes.Contains("TP6415"),
        // The image is the file's own choice, and the contract has a rule on it.
        "latest-tag" => true,
        _ => false,
    };

    private static SourceRequest Request(string folder)
    {
        var project = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json"))).RootElement;
        return new SourceRequest
        {
            Engine = EngineKind.Kubernetes,
            ComposeFiles = project.TryGetProperty("files", out var files) ? [.. files.EnumerateArray().Select(f => f.GetString()!)] : [],
            Profiles = project.TryGetProperty("profiles", out var profiles) ? [.. profiles.EnumerateArray().Select(p => p.GetString()!)] : [],
            Variables = project.TryGetProperty("env", out var env) ? Corpora.Strings(env).ToImmutableDictionary(StringComparer.Ordinal) : [],
        };
    }
}
