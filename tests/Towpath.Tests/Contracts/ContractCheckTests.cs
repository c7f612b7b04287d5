using Towpath.Core.Contracts;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Contracts;

/// <summary>Severities, and what the check makes of what rules find.</summary>
public sealed class ContractCheckTests
{
    private const string Two = "services:\n  api:\n    image: a:1\n  web:\n    image: w:1\n";

    [Theory]
    [InlineData("", "Warning Warning")]
    [InlineData("contract: { rules: { owner-named: error } }", "Error Error")]
    [InlineData("contract: { rules: { TP2215: note } }", "Note Note")]
    [InlineData("contract: { rules: { owner-named: off } }", "")]
    [InlineData("contract: { rules: { owner-named: { severity: off, services: [web], because: nobody } } }", "Warning")]
    [InlineData("contract: { rules: { owner-named: { severity: off }, TP2215: { severity: error, services: [api] } } }", "Error")]
    [InlineData("contract: { level: strict }", "Error Error")]
    [InlineData("contract: { level: strict, rules: { owner-named: note } }", "Note Note")]
    [InlineData("contract: { level: normal, rules: { } }", "Warning Warning")]
    public void Severity_OfARule_IsWhatTowpathYamlSays(string contract, string expected) =>
        string.Join(' ', Scene.Compose(Two, contract).Diagnostics.Where(d => d.Code == "TP2215").Select(d => d.Severity)).ShouldBe(expected);

    [Fact]
    public void Off_ForAllOrSome_IsCounted()
    {
        var reading = Scene.Compose(Two, "contract: { rules: { owner-named: off, limits-set: { severity: off, services: [web] }, image-pinned: note } }");

        reading.RulesOff.ShouldBe(["owner-named", "limits-set"]);
        reading.Summary.ShouldEndWith(", 2 rules off");
    }

    [Theory]
    [InlineData("contract: { rules: { owner-name: off } }", "TP2250", "did you mean `owner-named`?")]
    [InlineData("contract: { rules: { owner-named: { severity: off, services: [wab] } } }", "TP2251", "did you mean `web`?")]
    public void Setting_ForWhatDoesNotExist_IsAnError(string contract, string code, string help)
    {
        var finding = Scene.Compose(Two, contract).Diagnostics.Single(d => d.Code == code);

        finding.Severity.ShouldBe(Severity.Error);
        finding.Help.ShouldBe(help);
        finding.Location!.File.ShouldBe("towpath.yaml");
    }

    [Fact]
    public void Findings_Each_HaveTheRulesReasonAndAFix()
    {
        foreach (var finding in Scene.Compose(Two).Diagnostics)
        {
            var rule = ContractRules.Find(finding.Code).ShouldNotBeNull();
            finding.Notes.ShouldContain(rule.Reason);
            finding.Help.ShouldNotBeNullOrEmpty();
            finding.Location.ShouldNotBeNull();
        }
    }

    [Fact]
    public void Dockerfile_OfSeveralServices_IsToldOnce()
    {
        var reading = Scene.Hold(
            ("compose.yaml", "services:\n  api:\n    build: .\n  worker:\n    build: .\n"),
            ("Dockerfile", "FROM debian\nUSER app\n"));

        reading.Diagnostics.Count(d => d.Code == "TP2101").ShouldBe(1);
        reading.Dockerfiles["api"].ShouldBeSameAs(reading.Dockerfiles["worker"]);
    }

    [Fact]
    public void PlainComposeFile_FromTheWild_GetsNoError()
    {
        var reading = Scene.Hold(
            ("compose.yaml", "services:\n  web:\n    build: .\n    ports: [\"8000:5000\"]\n    environment: { DB_PASSWORD: example }\n    depends_on: [redis]\n  redis:\n    image: redis\n    volumes: [\"data:/data\"]\nvolumes: { data: }\n"),
            ("Dockerfile", "FROM python\nADD . /code\nRUN pip install -r requirements.txt\nCMD python app.py\n"));

        reading.HasErrors.ShouldBeFalse(DiagnosticWriter.Write(reading.Diagnostics.Where(d => d.Severity == Severity.Error)));
        reading.Diagnostics.Length.ShouldBeGreaterThan(10);
    }
}
