using System.Text;
using Towpath.Core.Configuration;
using Towpath.Core.Sources;

namespace Towpath.Tests.Configuration;

public sealed class SourceReaderTests
{
    private const string Canary = "CANARY-0123456789-SECRET";

    [Fact]
    public void Read_Sources_AreTaken()
    {
        var sources = Reading("""
            sources:
              - { name: shop, url: "https://git.example.org/team/shop.git", branch: release, every: 5m, user: bot, password: "${KEY}", hook: gitlab, secret: { file: x } }
              - { name: two, application: other, url: "ssh://git@git.example.org/other.git", every: 1s }
            """).Configuration.ShouldNotBeNull().Sources;

        (sources[0].Name, sources[0].Application, sources[0].Branch, sources[0].Every, sources[0].User, sources[0].Hook).ShouldBe(("shop", "shop", "release", TimeSpan.FromMinutes(5), "bot", HookKind.GitLab));
        (sources[0].Password!(), sources[0].HookKey!()).ShouldBe((Canary, Canary));
        sources[0].ToString().ShouldNotContain("CANARY");
        (sources[1].Application, sources[1].Branch, sources[1].Every, sources[1].Hook).ShouldBe(("other", "main", TimeSpan.FromSeconds(10), null));
    }

    [Theory]
    [InlineData("name: a, url: \"https://bot:CANARY-0123456789-SECRET@git.example.org/x\"", "TP4797")]
    [InlineData("name: a, url: \"http://git.example.org/x\"", "TP4797")]
    [InlineData("name: a, url: \"ext::sh -c id\"", "TP4797")]
    [InlineData("name: a, url: \"--upload-pack=id\"", "TP4797")]
    [InlineData("name: a, url: \"/tmp/x\"", "TP4797")]
    [InlineData("name: a, url: \"https://git.example.org/x\", branch: \"-x\"", "TP4796")]
    [InlineData("name: a, url: \"https://git.example.org/x\", hook: github, secret: \"${SHORT}\"", "TP4508")]
    [InlineData("name: a, url: \"https://git.example.org/x\" }\n  - { name: a, url: \"https://git.example.org/y\"", "TP4798")]
    public void Read_WhatCantBe_IsToldWithoutSecrets(string source, string code)
    {
        var reading = Reading($"sources:\n  - {{ {source} }}\n");
        reading.Configuration.ShouldBeNull();
        reading.Diagnostics.Select(d => d.Code).ShouldContain(code);
        string.Concat(reading.Diagnostics.Select(d => d.ToString())).ShouldNotContain("CANARY");
    }

    private static ConfigurationReading Reading(string text) => ConfigurationReader.Read(
        "server.yaml", Encoding.UTF8.GetBytes(text), new ConfigurationInputs(new Dictionary<string, string> { ["KEY"] = Canary, ["SHORT"] = "short" }, _ => new SecretFile(Canary, null)));
}
