using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Diagnostics.Reports;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Diagnostics.Reports;

public sealed class ReportTests
{
    private const string Compose = "services:\n  web:\n    imag: nginx\n    build: ./a b\n  api:\n    imag: nginx\n    build: .\n";

    // Members that SARIF 2.1.0 requires of each kind of object that is written (sections 3.13 to 3.57), and GitHub besides.
    private static readonly Dictionary<string, string[]> Required = new()
    {
        ["$"] = ["version", "runs"],
        ["runs"] = ["tool", "results"],
        ["tool"] = ["driver"],
        ["driver"] = ["name", "rules", "semanticVersion"],
        ["rules"] = ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
        ["automationDetails"] = ["id"],
        ["results"] = ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
        ["locations"] = ["physicalLocation"],
        ["physicalLocation"] = ["artifactLocation", "region"],
        ["artifactLocation"] = ["uri"],
        ["region"] = ["startLine", "startColumn", "endLine", "endColumn"],
        ["deletedRegion"] = ["startLine", "startColumn", "endLine", "endColumn"],
        ["message"] = ["text"],
        ["fixes"] = ["description", "artifactChanges"],
        ["artifactChanges"] = ["artifactLocation", "replacements"],
        ["replacements"] = ["deletedRegion", "insertedContent"],
        ["insertedContent"] = ["text"],
        ["snippet"] = ["text"],
        ["description"] = ["text"],
        ["shortDescription"] = ["text"],
        ["fullDescription"] = ["text"],
        ["help"] = ["text", "markdown"],
        ["defaultConfiguration"] = ["level"],
        ["partialFingerprints"] = ["primaryLocationLineHash"],
    };

    [Fact]
    public void Sarif_OfDiagnostics_HasAllThatTheStandardRequires()
    {
        using var document = JsonDocument.Parse(SarifReport.Write(Read(Compose), "services/shop", "1.2.3"));
        var kinds = new HashSet<string>();
        Visit("$", document.RootElement, kinds);
        kinds.ShouldBe(Required.Keys, ignoreOrder: true);
        document.RootElement.GetProperty("version").GetString().ShouldBe("2.1.0");
    }

    [Fact]
    public void Sarif_EachResult_NamesItsRuleByIndexAndLiesInTheRepository()
    {
        var diagnostics = Read(Compose);
        using var document = JsonDocument.Parse(SarifReport.Write(diagnostics, "services/the shop", "1.2.3"));
        var run = document.RootElement.GetProperty("runs")[0];
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        var results = run.GetProperty("results").EnumerateArray().ToList();
        results.Count.ShouldBe(diagnostics.Length);
        foreach (var result in results)
        {
            rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString().ShouldBe(result.GetProperty("ruleId").GetString());
            result.GetProperty("level").GetString().ShouldBeOneOf("error", "warning", "note");
            var uri = result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()!;
            uri.ShouldBe("services/the%20shop/compose.yaml");
            Uri.IsWellFormedUriString(uri, UriKind.Relative).ShouldBeTrue();
        }

        run.GetProperty("automationDetails").GetProperty("id").GetString().ShouldBe("towpath/services/the shop/");
    }

    [Fact]
    public void Sarif_OfADiagnosticWithAFix_CarriesIt()
    {
        using var document = JsonDocument.Parse(SarifReport.Write(Read(Compose), ".", "1.2.3"));
        var result = document.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().First(r => r.TryGetProperty("fixes", out _));
        var replacement = result.GetProperty("fixes")[0].GetProperty("artifactChanges")[0].GetProperty("replacements")[0];
        replacement.GetProperty("insertedContent").GetProperty("text").GetString().ShouldBe("image");
        replacement.GetProperty("deletedRegion").GetProperty("startColumn").GetInt32().ShouldBe(5);
        replacement.GetProperty("deletedRegion").GetProperty("endColumn").GetInt32().ShouldBe(9);
    }

    [Fact]
    public void GitLab_EachFinding_HasWhatGitLabReads()
    {
        using var document = JsonDocument.Parse(GitLabReport.Write(Read(Compose), "shop"));
        foreach (var finding in document.RootElement.EnumerateArray())
        {
            finding.GetProperty("description").GetString().ShouldNotBeNullOrEmpty();
            finding.GetProperty("check_name").GetString().ShouldStartWith("TP");
            finding.GetProperty("severity").GetString().ShouldBeOneOf("info", "minor", "major", "critical", "blocker");
            finding.GetProperty("location").GetProperty("path").GetString().ShouldBe("shop/compose.yaml");
            finding.GetProperty("location").GetProperty("lines").GetProperty("begin").GetInt32().ShouldBeGreaterThan(0);
        }

        var names = document.RootElement.EnumerateArray().Select(f => f.GetProperty("fingerprint").GetString()).ToList();
        names.ShouldBeUnique();
        names.Count.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void Fingerprint_OfAFinding_StaysWhenLinesAreAddedOrIndented()
    {
        var moved = "# more\n\n" + Compose.Replace("    imag", "      imag").Replace("    build", "      build");
        Names(Read(moved)).ShouldBe(Names(Read(Compose)));
        Names(Read(Compose.Replace("nginx", "caddy"))).ShouldNotBe(Names(Read(Compose)));
    }

    [Fact]
    public void Reports_OfADiagnosticWithoutAPlace_PinItToTheComposeFile()
    {
        ImmutableArray<Diagnostic> diagnostics = [new("TP1001", Severity.Error, "there is no Compose file in this commit")];
        GitLabReport.Write(diagnostics, ".").ShouldContain("\"path\": \"compose.yaml\"");
        SarifReport.Write(diagnostics, ".", "1").ShouldContain("\"uri\": \"compose.yaml\"");
    }

    private static void Visit(string kind, JsonElement element, HashSet<string> kinds)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Visit(kind, item, kinds);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            kinds.Add(kind);
            Required.ShouldContainKey(kind);
            Required[kind].Except(element.EnumerateObject().Select(p => p.Name)).ShouldBeEmpty(kind);
            foreach (var property in element.EnumerateObject())
            {
                Visit(property.Name, property.Value, kinds);
            }
        }
    }

    private static List<string?> Names(ImmutableArray<Diagnostic> diagnostics) =>
        [.. JsonDocument.Parse(GitLabReport.Write(diagnostics, ".")).RootElement.EnumerateArray().Select(f => f.GetProperty("fingerprint").GetString())];

    private static ImmutableArray<Diagnostic> Read(string compose) =>
        [.. ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", compose), ("towpath.yaml", "application: shop\nenvironments: { production: {} }")), []).Diagnostics];
}
