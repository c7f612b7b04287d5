using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

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
        foreach (var project in CorpusCase.All(set))
        {
            var outcome = Compile(project);
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine($"{set}: {string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"))}");
    }

    private string Compile(CorpusCase project)
    {
        var files = project.Files();
        var (application, diagnostics) = project.Read(files);
        if (application is null)
        {
            Refused(project.Name, diagnostics);
            return "refused";
        }

        var compiled = Compiled.Of(application, files);
        if (compiled.Result.HasErrors)
        {
            Refused(project.Name, compiled.Result.Diagnostics);
            return "refused by the compile";
        }

        var findings = HardeningChecks.Findings([.. compiled.Objects]).Where(f => !Told(f, compiled)).ToList();
        findings.ShouldBeEmpty(project.Name);
        return "compiled";
    }

    private void Refused(string name, ImmutableArray<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == Severity.Error).ToList();
        errors.ShouldNotBeEmpty(name);
        output.WriteLine($"{name}: {errors[0].Code} {errors[0].Headline} {errors[0].Location}");
        errors.ShouldAllBe(e => e.Location != null, name);
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
}
